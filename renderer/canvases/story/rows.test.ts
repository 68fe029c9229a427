import { describe, expect, it } from 'vitest'
import { anEntry, entryId, player } from '../../sample.fixture.ts'
import { firstUnread, rowsOf } from './rows.ts'

const noon = new Date(2026, 10, 20, 12).getTime()
const minute = 60_000
const me = player(1)

function kinds(entries: ReturnType<typeof anEntry>[], over = {}): string[] {
  const rows = rowsOf({ entries, isWhole: true, unreadFrom: undefined, pending: [], ...over })
  return rows.map((row) => (row.kind === 'entry' ? (row.isFirst ? 'first' : 'next') : row.kind))
}

describe('rows', () => {
  it('ROWS-1 each day begins with its name, each speaker with theirs', () => {
    const entries = [
      anEntry(1, { at: noon - 26 * 60 * minute }),
      anEntry(2, { at: noon }),
      anEntry(3, { at: noon + minute }),
      anEntry(4, { at: noon + 2 * minute, author: me }),
      anEntry(5, { at: noon + 20 * minute, author: me }),
    ]
    expect(kinds(entries)).toEqual(['beginning', 'day', 'first', 'day', 'first', 'next', 'first', 'first'])
  })

  it('ROWS-2 the line over what is new stands before the first unseen message and begins a speaker anew', () => {
    const entries = [anEntry(1, { at: noon }), anEntry(2, { at: noon + 1 })]
    expect(kinds(entries, { unreadFrom: entryId(2) })).toEqual(['beginning', 'day', 'first', 'unread', 'first'])
  })

  it('ROWS-3 what is on its way stands last; a history with more above has no beginning', () => {
    const pending = [{ key: 'pending 0', text: 'on my way' }]
    expect(kinds([anEntry(1)], { pending, isWhole: false })).toEqual(['day', 'first', 'pending'])
  })

  it('ROWS-4 counts unseen messages by others, not own ones or ones taken back', () => {
    const entries = [anEntry(1), anEntry(2), anEntry(3, { author: me }), anEntry(4, { deleted: true }), anEntry(5)]
    expect(firstUnread(entries, 2, me)).toBe(entryId(2))
    expect(firstUnread(entries, 0, me)).toBeUndefined()
    expect(firstUnread(entries, 9, me)).toBeUndefined()
  })
})
