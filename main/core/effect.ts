import type { PushEvent } from '../../shared/contract.ts'
import type { Result } from '../../shared/fault.ts'
import type { DeviceId } from '../../shared/ids.ts'
import type { ConnectionId, DocumentKey } from './input.ts'

/**
 * What to do. `run` performs effects in order, after the transaction that `step` wrote its tables in is durable: so
 * nothing is answered, sent or shown that a crash could take back.
 */
export type Effect =
  | { readonly type: 'answer'; readonly client: number; readonly call: number; readonly result: Result<unknown> }
  | { readonly type: 'push'; readonly event: PushEvent }
  | { readonly type: 'send'; readonly connection: ConnectionId; readonly frame: Uint8Array }
  | { readonly type: 'hang-up'; readonly connection: ConnectionId; readonly reason: string }
  /** the whole set of topics and devices wanted from now on; the swarm leaves what is not named */
  | { readonly type: 'seek'; readonly topics: readonly Topic[]; readonly devices: readonly DeviceId[] }
  /** replicate attention logs over this connection: the other end is a mutual peer */
  | { readonly type: 'replicate'; readonly connection: ConnectionId }
  /** keep these attention logs (public keys of Hypercores) read-only; leave all others */
  | { readonly type: 'follow'; readonly cores: readonly Uint8Array[] }
  /** append events to this device's attention log, the first at index `from` */
  | { readonly type: 'attend'; readonly from: number; readonly events: readonly Uint8Array[] }
  /** begin a new attention log for this device, empty, under a new key */
  | { readonly type: 'rotate-attention' }
  | { readonly type: 'open-document'; readonly key: DocumentKey }
  /** changes accepted into a document, or the whole of it when it was rebuilt */
  | {
      readonly type: 'keep-document'
      readonly key: DocumentKey
      readonly changes: readonly Uint8Array[]
      readonly anew: boolean
    }
  /** what those who have a text open live are to hold from now on as well; nothing of it any more without changes */
  | { readonly type: 'surface'; readonly document: string; readonly changes: readonly Uint8Array[] | undefined }
  /** a document has more to decide: hand it in again once others had their turn */
  | { readonly type: 'settle-document'; readonly key: DocumentKey }
  | { readonly type: 'wake'; readonly at: number }
  | {
      readonly type: 'note'
      readonly level: 'info' | 'warn'
      readonly text: string
      readonly about?: Record<string, string | number>
    }

/** `announce` = be found under it, `lookup` = find those who are. */
export type Topic = { readonly topic: Uint8Array; readonly announce: boolean; readonly lookup: boolean }
