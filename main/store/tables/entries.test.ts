import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EntryRow } from '../../core/rows.ts'
import { anEntry, entryOf, opened, playerOf } from '../scratch.fixture.ts'

const rows = fc.array(
  fc.record({
    artifact: fc.constantFrom(1, 2),
    id: fc.integer({ min: 0, max: 25 }).map(entryOf),
    clock: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom(1.5, -3, 2 ** 60, Number.MAX_VALUE)),
    rank: fc.integer({ min: 0, max: 9 }).map(String),
    player: fc.constantFrom('a', 'b', 'c').map(playerOf),
  }),
  { maxLength: 60 },
)

/** What the table is to do, in the plainest way. */
class Model {
  readonly rows: EntryRow[] = []

  put(row: EntryRow): boolean {
    const index = this.rows.findIndex((each) => each.artifact === row.artifact && each.id === row.id)
    const taken = this.rows[index]
    if (taken && taken.rank <= row.rank) return false
    if (taken) this.rows[index] = row
    else this.rows.push(row)
    return true
  }

  sorted(artifact: number): EntryRow[] {
    const own = this.rows.filter((row) => row.artifact === artifact)
    return own.sort((a, b) => a.clock - b.clock || (a.id < b.id ? -1 : 1))
  }
}

test('STORE-11 entries keep the order of (clock, id), one per id by smaller rank, in pages and counts', async () => {
  const { tables, transaction, close } = await opened({ memory: true })
  const { entries } = tables
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 9 }), (puts, limit) => {
      const model = new Model()
      for (const artifact of [1, 2]) entries.clear(artifact)
      transaction(() => {
        for (const [seq, put] of puts.entries()) {
          const row = anEntry(put.artifact, 1, seq, put)
          expect(entries.put(row)).toBe(model.put(row))
        }
      })
      for (const artifact of [1, 2]) {
        const all = model.sorted(artifact)
        expect(entries.count(artifact)).toBe(all.length)
        expect(entries.lastClock(artifact)).toBe(all.at(-1)?.clock ?? 0)
        expect(pages(artifact, limit)).toEqual(all)
        for (const [index, row] of all.entries()) {
          expect(entries.get(artifact, row.id)).toEqual(row)
          expect(entries.at(row.log, row.seq)).toEqual(row)
          const later = all.slice(index + 1).filter((each) => each.player !== playerOf('a'))
          expect(entries.countAfter(artifact, row, playerOf('a'))).toBe(later.length)
        }
        const others = all.filter((each) => each.player !== playerOf('nobody'))
        expect(entries.countAfter(artifact, undefined, playerOf('nobody'))).toBe(others.length)
      }
    }),
  )
  await close()

  /** All of it, read page by page from the end. */
  function pages(artifact: number, limit: number): EntryRow[] {
    const found: EntryRow[] = []
    for (let page = entries.page(artifact, undefined, limit); page.length > 0; ) {
      expect(page.length).toBeLessThanOrEqual(limit)
      found.unshift(...page)
      page = entries.page(artifact, page[0], limit)
    }
    return found
  }
})

test('STORE-11 the same entry put again is kept, and counts once', async () => {
  const { entries } = (await opened({ memory: true })).tables
  const row = anEntry(1, 1, 0)
  expect([entries.put(row), entries.put(row)]).toEqual([true, true])
  expect(entries.count(1)).toBe(1)
})

test('STORE-11 the count is right within a transaction, after a rollback, and after opening again', async () => {
  const { tables, transaction } = await opened({ memory: true })
  const { entries } = tables
  transaction(() => {
    entries.put(anEntry(1, 1, 0))
    expect(entries.count(1)).toBe(1)
  })
  const failing = () =>
    transaction(() => {
      entries.put(anEntry(1, 1, 1))
      throw new Error('no')
    })
  expect(failing).toThrow('no')
  expect(entries.count(1)).toBe(1)
  transaction(() => {
    entries.put(anEntry(1, 1, 2))
    entries.clear(1)
    entries.put(anEntry(1, 1, 3))
  })
  expect(entries.count(1)).toBe(1)
})

test('STORE-11 two entries at one place of one log are a bug, and said to be', async () => {
  const { entries } = (await opened({ memory: true })).tables
  entries.put(anEntry(1, 1, 0))
  expect(() => entries.put(anEntry(1, 1, 0, { id: entryOf('other') }))).toThrow('another entry')
})
