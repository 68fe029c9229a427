import * as Automerge from '@automerge/automerge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../../shared/ids.ts'
import { changeHash, readChangeHeader } from './change-header.ts'
import { isSound } from './change-rule.ts'
import { applyUnknown, changeIn, headsOf, newDocument } from './live-document.ts'
import { registerRule } from './register-rule.ts'
import { applyEdit, editsIn, type SpineEdit } from './spine.ts'

type Doc = Automerge.Doc<Record<string, unknown>>

const id = fc.constantFrom('a', 'b', 'c', 'd').map((letter) => `doc:${letter.repeat(64)}` as ArtifactId)
const text = fc.string({ unit: 'binary', maxLength: 30 })
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.constantFrom(0, -0.5, 2 ** 40),
)
const refId = fc.constantFrom('r1', 'r2', 'r3')
const edit: fc.Arbitrary<SpineEdit> = fc.oneof(
  fc.tuple(fc.constant('refer' as const), refId, id, number, fc.option(text)),
  fc.tuple(fc.constant('drop' as const), refId),
  fc.tuple(fc.constant('meta' as const), fc.constantFrom('name', 'motto', ''), fc.option(text)),
  fc.tuple(fc.constant('place' as const), id, number, number, fc.option(number), fc.option(number)),
)
/** Who edits, what, and whether the two hear of each other afterwards. */
const history = fc.array(fc.tuple(fc.boolean(), fc.array(edit, { minLength: 1, maxLength: 6 }), fc.boolean()), {
  maxLength: 14,
})

type Made = { readonly change: Uint8Array; readonly before: Doc; readonly edits: readonly SpineEdit[] }

/** Two editors who sometimes merge: every change they made, and the document it was made on. */
function play(steps: readonly (readonly [boolean, readonly SpineEdit[], boolean])[]): { made: Made[]; whole: Doc } {
  let docs: [Doc, Doc] = [Automerge.init('aa'.repeat(16)), Automerge.init('bb'.repeat(16))]
  const made: Made[] = []
  for (const [isFirst, edits, merges] of steps) {
    const before = docs[isFirst ? 0 : 1]
    const { change, after } = edited(before, edits, Automerge.getActorId(before))
    if (change) made.push({ change, before, edits })
    docs = isFirst ? [after, docs[1]] : [docs[0], after]
    if (merges) docs = [Automerge.merge(docs[0], docs[1]), Automerge.merge(docs[1], docs[0])]
  }
  return { made, whole: Automerge.merge(docs[0], docs[1]) }
}

function edited(
  before: Doc,
  edits: readonly SpineEdit[],
  actor: string,
): { change: Uint8Array | undefined; after: Doc } {
  const engine = Automerge.getBackend(Automerge.clone(before, { actor }))
  const change = changeIn(engine, () => {
    for (const each of edits) applyEdit(engine, each)
  })
  return { change, after: Automerge.load(engine.save(), { actor }) }
}

test('CHANGE-1 the header says what Automerge says, of every change that editing makes', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { change } of play(steps).made) {
        const { actor, seq, deps, ops, hash } = Automerge.decodeChange(change)
        expect(readChangeHeader(change)).toEqual({ actor, seq, dependencies: deps, operations: ops.length })
        expect(changeHash(change)).toBe(hash)
      }
    }),
    { numRuns: 40 },
  )
})

test('CHANGE-2 whatever editing makes is sound, where its past is held and where more is', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { made, whole } = play(steps)
      for (const { change, before } of made) {
        expect(isSound(Automerge.getBackend(before), change)).toBe(true)
        expect(isSound(Automerge.getBackend(whole), change)).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
})

test('CHANGE-2 what is gathered before it is applied is judged as one by one', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { made, whole } = play(steps)
      const engine = newDocument('spine', 'dd'.repeat(16))
      const rule = registerRule(engine)
      for (const { change } of made) expect(rule.accepts(change)).toBe(true)
      applyUnknown(
        engine,
        made.map(({ change }) => change),
      )
      expect(headsOf(engine)).toEqual(Automerge.getHeads(whole).sort())
    }),
    { numRuns: 60 },
  )
})

test('CHANGE-3 bytes changed anywhere: what is still taken for sound does no harm, now or after saving', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(history, flips, (steps, changes) => {
      for (const { change, before } of play(steps).made) {
        const bytes = change.slice()
        for (const [where, by] of changes) bytes[where % bytes.length] = (bytes[where % bytes.length] ?? 0) ^ by
        if (!readChangeHeader(bytes) || !isSound(Automerge.getBackend(before), bytes)) continue
        const [after] = Automerge.applyChanges(Automerge.clone(before), [bytes])
        const edited = Automerge.change(after, { time: 0 }, (draft) => {
          for (const key of Object.keys(draft)) delete draft[key]
        })
        expect(Automerge.getHeads(Automerge.load(Automerge.save(edited)))).toEqual(Automerge.getHeads(edited))
      }
    }),
    { numRuns: 150 },
  )
})

test('CHANGE-4 nothing but one whole change chunk has a header', () => {
  fc.assert(
    fc.property(history, fc.uint8Array({ minLength: 1, maxLength: 9 }), (steps, more) => {
      const { made, whole } = play(steps)
      expect(readChangeHeader(Automerge.save(whole))).toBeUndefined()
      expect(readChangeHeader(more)).toBeUndefined()
      for (const { change } of made) {
        for (let end = 0; end < change.length; end += 1)
          expect(readChangeHeader(change.subarray(0, end))).toBeUndefined()
        expect(readChangeHeader(Uint8Array.from([...change, ...more]))).toBeUndefined()
        for (const at of [0, 1, 2, 3, 8]) {
          expect(readChangeHeader(change.map((byte, index) => (index === at ? byte ^ 1 : byte)))).toBeUndefined()
        }
      }
    }),
    { numRuns: 15 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(readChangeHeader(bytes)).toBeUndefined()
    }),
  )
})

test('CHANGE-5 the edits read out of a change make the same document when they are made again', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { change, before } of play(steps).made) {
        const [expected] = Automerge.applyChanges(Automerge.clone(before), [change])
        const again = edited(before, editsIn(change), 'cc'.repeat(16)).after
        expect(Automerge.toJS(again)).toEqual(Automerge.toJS(expected))
      }
    }),
    { numRuns: 30 },
  )
})
