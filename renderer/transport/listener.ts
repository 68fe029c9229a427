import type { PushEvent } from '../../shared/contract.ts'
import type { Connection } from '../store.ts'

export type TransportListener = {
  onEvent(event: PushEvent): void
  onConnection(connection: Connection): void
  /** Something may have been missed: what is held has to be asked for again. */
  onGap(): void
  /** the person followed an `indra:` link, which lands here */
  onLink(link: string): void
}
