import type { EntryId } from '../shared/ids.ts'
import type { Delivery, EntryView } from '../shared/views.ts'
import { kept } from './same.ts'

/** The newest part of a Story, oldest first, without a gap. */
export type Page = {
  readonly entries: readonly EntryView[]
  readonly total: number
  /** `true` when something came that may belong further up: ask for the newest part again. */
  readonly isStale: boolean
}

export function isWhole(page: Page): boolean {
  return page.entries.length >= page.total
}

/**
 * A page as the core orders it. With `before` it goes on top of what is held; without, it is the newest part: what is
 * held above its first entry stays, and what was pushed since stays at the end.
 */
export function entriesArrived(
  held: Page | undefined,
  before: EntryId | undefined,
  items: readonly EntryView[],
  total: number,
): Page {
  const entries = held?.entries ?? []
  const known = new Map(entries.map((entry) => [entry.entryId, entry]))
  const page = items.map((entry) => kept(known.get(entry.entryId), entry))
  const isIn = new Set(page.map((entry) => entry.entryId))
  if (before !== undefined) {
    const cut = entries.findIndex((entry) => entry.entryId === before)
    if (cut < 0 || page.length === 0)
      return { entries, total: Math.max(total, entries.length), isStale: held?.isStale ?? false }
    return {
      entries: [...page, ...entries.slice(cut).filter((entry) => !isIn.has(entry.entryId))],
      total,
      isStale: held?.isStale ?? false,
    }
  }
  const first = entries.findIndex((entry) => isIn.has(entry.entryId))
  const last = entries.findLastIndex((entry) => isIn.has(entry.entryId))
  const above = first > 0 ? entries.slice(0, first) : []
  const since = last < 0 ? [] : entries.slice(last + 1)
  return {
    entries: [...above, ...page, ...since],
    total: Math.max(total, above.length + page.length + since.length),
    isStale: false,
  }
}

/** One entry came or changed. New ones go last; one that claims to be older makes the page stale, since only the core knows its place. */
export function entryHappened(page: Page, entry: EntryView): Page {
  const at = page.entries.findLastIndex((held) => held.entryId === entry.entryId)
  if (at >= 0) {
    const next = kept(page.entries[at], entry)
    return next === page.entries[at] ? page : { ...page, entries: page.entries.with(at, next) }
  }
  const last = page.entries.at(-1)
  const isLate = last !== undefined && entry.at < last.at
  return { entries: [...page.entries, entry], total: page.total + 1, isStale: page.isStale || isLate }
}

export function withDelivery(page: Page, news: readonly { entryId: EntryId; delivery: Delivery }[]): Page {
  const by = new Map(news.map((each) => [each.entryId, each.delivery]))
  let isSame = true
  const entries = page.entries.map((entry) => {
    const delivery = by.get(entry.entryId)
    const next = delivery ? kept(entry, { ...entry, delivery }) : entry
    if (next !== entry) isSame = false
    return next
  })
  return isSame ? page : { ...page, entries }
}
