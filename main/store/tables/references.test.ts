import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReferenceRow } from '../../core/rows.ts'
import { leafOf, opened, treeOf } from '../scratch.fixture.ts'

const reference = fc.record({
  tree: fc.constantFrom(1, 2, 3),
  refId: fc.constantFrom('a', 'B', 'ä', '__proto__', '10', '9', ''),
  child: fc.constantFrom(treeOf(1), leafOf(1), treeOf(2)),
  position: fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom(0.5, 2 ** 53, Number.MIN_VALUE)),
  label: fc.option(fc.constantFrom('offer', 'Antrag ☂', ''), { nil: undefined }),
})

const change = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), row: reference }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), row: reference }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), row: reference }) },
)

test('STORE-12 references are a map by (tree, refId), read in (position, refId) order', async () => {
  const { references } = (await opened({ memory: true })).tables
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (changes, limit) => {
      for (const tree of [1, 2, 3]) references.clear(tree)
      let model: ReferenceRow[] = []
      for (const { do: what, row } of changes) {
        if (what === 'clear') {
          references.clear(row.tree)
          model = model.filter((each) => each.tree !== row.tree)
          continue
        }
        model = model.filter((each) => each.tree !== row.tree || each.refId !== row.refId)
        if (what === 'drop') references.drop(row.tree, row.refId)
        else references.put(row)
        if (what === 'put') model.push(row)
      }
      for (const tree of [1, 2, 3]) expectTree(tree, inOrder(model.filter((row) => row.tree === tree)), limit)
      for (const child of [treeOf(1), leafOf(1), treeOf(2)]) {
        const trees = model.filter((row) => row.child === child).map((row) => row.tree)
        expect(references.parents(child)).toEqual([...new Set(trees)].sort())
      }
    }),
  )

  function expectTree(tree: number, all: ReferenceRow[], limit: number): void {
    expect(references.count(tree)).toBe(all.length)
    for (let offset = 0; offset <= all.length; offset++) {
      expect(references.page(tree, offset, limit)).toEqual(all.slice(offset, offset + limit))
    }
    for (const row of all) {
      expect(references.get(tree, row.refId)).toEqual(row)
      expect(references.of(tree, row.child)).toEqual(all.filter((each) => each.child === row.child))
    }
  }
})

function inOrder(rows: ReferenceRow[]): ReferenceRow[] {
  return rows.sort((a, b) => a.position - b.position || Buffer.compare(Buffer.from(a.refId), Buffer.from(b.refId)))
}
