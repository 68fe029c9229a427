import type { EntryId, PlayerId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import { isSameDay } from '../../moments.ts'

/** One line of a conversation as it is shown. */
export type Row =
  | { readonly kind: 'beginning'; readonly key: string }
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: EntryView; readonly isFirst: boolean }
  | { readonly kind: 'pending'; readonly key: string; readonly pending: Pending }

/** A message on its way to the core, or refused by it. */
export type Pending = {
  readonly key: string
  readonly text: string
  readonly replyTo?: EntryId
  readonly fault?: string
}

/** Messages of one person within so many milliseconds stand together under one name. */
const together = 4 * 60_000

type Shown = {
  readonly entries: readonly EntryView[]
  readonly isWhole: boolean
  /** the first one this person had not seen when they came */
  readonly unreadFrom: EntryId | undefined
  readonly pending: readonly Pending[]
}

export function rowsOf({ entries, isWhole, unreadFrom, pending }: Shown): Row[] {
  const rows: Row[] = isWhole && entries.length > 0 ? [{ kind: 'beginning', key: 'beginning' }] : []
  let before: EntryView | undefined
  for (const entry of entries) {
    const isNewDay = !before || !isSameDay(before.at, entry.at)
    const isUnread = entry.entryId === unreadFrom
    if (isNewDay) rows.push({ kind: 'day', key: `day ${entry.entryId}`, at: entry.at })
    if (isUnread) rows.push({ kind: 'unread', key: 'unread' })
    const isFirst = isNewDay || isUnread || !before || before.author !== entry.author || entry.at - before.at > together
    rows.push({ kind: 'entry', key: entry.entryId, entry, isFirst: isFirst || entry.replyTo !== undefined })
    before = entry
  }
  for (const each of pending) rows.push({ kind: 'pending', key: each.key, pending: each })
  return rows
}

/** The first of the newest `unread` messages by others; nothing when all are seen. */
export function firstUnread(
  entries: readonly EntryView[],
  unread: number,
  me: PlayerId | undefined,
): EntryId | undefined {
  let left = unread
  for (const entry of entries.toReversed()) {
    if (left <= 0) return undefined
    if (entry.author === me || entry.deleted) continue
    left--
    if (left === 0) return entry.entryId
  }
  return undefined
}
