import { useCallback, useState } from 'react'
import type { ArtifactId, EntryId } from '../../../shared/ids.ts'
import type { CanvasProps } from '../../canvas.ts'
import type { Pending } from './rows.ts'

export type Sending = {
  readonly pending: readonly Pending[]
  send(text: string, replyTo: EntryId | undefined): void
  retry(pending: Pending): void
  drop(pending: Pending): void
}

let count = 0

/** Messages that the core has not taken yet. They are shown at once; what is refused stays until the person decides. */
export function useSending(id: ArtifactId, ask: CanvasProps['ask']): Sending {
  const [pending, setPending] = useState<readonly Pending[]>([])
  const drop = useCallback((gone: Pending) => setPending((held) => held.filter((each) => each.key !== gone.key)), [])

  const hand = useCallback(
    async (each: Pending) => {
      const sent = await ask('story.send', {
        storyId: id,
        text: each.text,
        ...(each.replyTo ? { replyTo: each.replyTo } : {}),
      })
      if (sent.ok) drop(each)
      else setPending((held) => held.map((one) => (one.key === each.key ? { ...one, fault: sent.fault.message } : one)))
    },
    [ask, id, drop],
  )

  const send = useCallback(
    (text: string, replyTo: EntryId | undefined) => {
      const each = { key: `pending ${count++}`, text, ...(replyTo ? { replyTo } : {}) }
      setPending((held) => [...held, each])
      void hand(each)
    },
    [hand],
  )

  const retry = useCallback(
    ({ fault: _, ...again }: Pending) => {
      setPending((held) => held.map((one) => (one.key === again.key ? again : one)))
      void hand(again)
    },
    [hand],
  )

  return { pending, send, retry, drop }
}
