import * as Automerge from '@automerge/automerge'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../../shared/ids.ts'
import { readChangeHeader } from './change-header.ts'
import { changeIn, type Engine, headsOf, newDocument } from './live-document.ts'
import { originsIn, retype } from './text-again.ts'
import { markText, putBlock, spliceText } from './text-edit.ts'
import { TextPast } from './text-past.ts'
import { judgeText } from './text-rule.ts'
import { type Block, blocksIn, foundation, textObject } from './text-shape.ts'

const place = fc.double({ min: 0, max: 1, noNaN: true })
const letters = fc.string({ unit: fc.constantFrom('a', 'é', '👩', '‍', '\n', '\u0301'), maxLength: 6 })
const embedded = `blob:${'ab'.repeat(32)}` as ArtifactId
const block: fc.Arbitrary<Block> = fc.constantFrom(
  { type: 'text' },
  { type: 'heading', level: 3 },
  { type: 'code', language: 'ts' },
  { type: 'todo', done: false },
  { type: 'embed', artifactId: embedded },
)
const act = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('type' as const), at: place, gone: place, letters }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('block' as const), at: place, block, replace: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('mark' as const),
      at: place,
      to: place,
      mark: fc.constantFrom('strong', 'link'),
      value: fc.constantFrom(true, 'https://a.example', null),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never
/** Who edits, what, and whether all hear of each other afterwards. */
const history = fc.array(fc.tuple(fc.nat(2), fc.array(act, { minLength: 1, maxLength: 5 }), fc.boolean()), {
  minLength: 1,
  maxLength: 12,
})
type History = readonly (readonly [number, readonly Act[], boolean])[]

function perform(engine: Engine, does: Act): void {
  const text = engine.text(textObject)
  const spot = (share: number) => {
    const at = Math.floor(share * text.length)
    return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at
  }
  const at = spot(does.at)
  if (does.does === 'type') {
    spliceText(
      engine,
      { at, delete: spot(does.at + (1 - does.at) * does.gone * 0.5) - at, insert: does.letters },
      () => {},
    )
  } else if (does.does === 'block') putBlock(engine, at, does.block, does.replace)
  else markText(engine, { from: at, to: spot(does.at + (1 - does.at) * does.to) }, does.mark, does.value)
}

const actors = ['aa', 'bb', 'cc'].map((each) => each.repeat(16))

type Made = { readonly change: Uint8Array; readonly before: Uint8Array }

/** Three people who sometimes hear of each other: what each did, and the document it was done in. */
function play(steps: History): { made: Made[]; whole: Engine } {
  const editors = actors.map((actor) => newDocument('text', actor))
  const made: Made[] = []
  for (const [who, acts, meets] of steps) {
    const engine = editors[who]
    if (!engine) continue
    const before = engine.save()
    const change = changeIn(engine, () => {
      for (const each of acts) perform(engine, each)
    })
    if (change) made.push({ change, before })
    if (meets) for (const one of editors) for (const other of editors) if (one !== other) one.merge(other)
  }
  const whole = newDocument('text', 'dd'.repeat(16))
  whole.applyChanges(made.map(({ change }) => change))
  return { made, whole }
}

function pastIn(saved: Uint8Array): TextPast {
  return new TextPast(Automerge.getBackend(Automerge.load(saved)))
}

function outcome(engine: Engine): unknown {
  return [headsOf(engine), engine.text(textObject), engine.spans(textObject), engine.marks(textObject)]
}

test('CHANGE-1 the change that begins every text is the same for ever', () => {
  expect(Automerge.decodeChange(foundation).hash).toBe(
    '209afd34c2bb5d5425f0f2ceac44dd4101f4107bb345b026193f1623ccdaa8f8',
  )
})

test('CHANGE-2 whatever typing makes is sound, where its past is held and where more is', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { made, whole } = play(steps)
      const all = new TextPast(whole)
      for (const { change, before } of made) {
        expect(readChangeHeader(change)).toBeDefined()
        expect(judgeText(pastIn(before), change)).toBeDefined()
        expect(judgeText(all, change)).toBeDefined()
      }
    }),
    { numRuns: 60 },
  )
})

test('CHANGE-2 a batch is judged without the engine as it is one by one', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const past = new TextPast(newDocument('text', actors[0] ?? ''))
      for (const { change } of play(steps).made) {
        const judged = judgeText(past, change)
        if (!judged) throw new Error('an honest change was refused')
        past.add(judged.change, judged.kinds)
      }
    }),
    { numRuns: 40 },
  )
})

type Op = Record<string, unknown>

/** Something else in one operation: what a forger might write there. */
const forgery = fc.record({
  where: fc.nat(),
  name: fc.constantFrom('action', 'obj', 'elemId', 'pred', 'value', 'insert', 'name', 'key', 'expand', 'again', 'none'),
  what: fc.nat(),
})

function forge(
  change: Uint8Array,
  { where, name, what }: { where: number; name: string; what: number },
): Uint8Array | undefined {
  const decoded = Automerge.decodeChange(change)
  const ops = decoded.ops.map((op) => ({ ...op })) as unknown as Op[]
  const index = where % ops.length
  const ids = [
    '_head',
    textObject,
    '_root',
    ...ops.map((_, at) => `${decoded.startOp + at}@${decoded.actor}`),
    ...[2, 3, 5, 8, 40].flatMap((counter) => actors.map((actor) => `${counter}@${actor}`)),
    `7@${'ee'.repeat(16)}`,
  ]
  const id = ids[what % ids.length] ?? ''
  const op = ops[index] ?? {}
  const values: Record<string, unknown> = {
    action: ['set', 'del', 'makeMap', 'makeList', 'makeText', 'inc', 'markBegin', 'markEnd'][what % 8],
    obj: id,
    elemId: id,
    pred: [[], [id], [id, op['elemId']], [op['elemId']]][what % 4],
    value: ['x', 'xy', '', '\ufffc', 5, true, null, 'long '.repeat(2_000)][what % 8],
    insert: what % 2 === 0,
    name: ['strong', '', 'n'.repeat(300)][what % 3],
    key: ['type', 'attrs', '__proto__'][what % 3],
    expand: what % 2 === 0,
  }
  if (name === 'again') ops.splice(what % (ops.length + 1), 0, { ...op })
  else if (name === 'none') ops.splice(index, 1)
  else op[name] = values[name]
  try {
    return Automerge.encodeChange({ ...decoded, ops } as unknown as Parameters<typeof Automerge.encodeChange>[0])
  } catch {
    return undefined
  }
}

test('CHANGE-3 what a forger writes and is taken for sound harms nobody, in any order, now or after saving', () => {
  let taken = 0
  fc.assert(
    fc.property(history, fc.array(forgery, { minLength: 1, maxLength: 3 }), (steps, forgeries) => {
      const { made } = play(steps)
      for (const [index, { change, before }] of made.entries()) {
        let forged: Uint8Array | undefined = change
        for (const each of forgeries) forged = forged && forge(forged, each)
        if (!forged || !readChangeHeader(forged) || !judgeText(pastIn(before), forged)) continue
        taken += 1
        // it takes the place of the honest one; whatever was made without it goes on
        const hash = Automerge.decodeChange(change).hash
        const lost = new Set([hash])
        const rest = made.flatMap((each, at) => {
          const { deps, hash: own, actor } = Automerge.decodeChange(each.change)
          const isLost =
            at === index ||
            deps.some((dep) => lost.has(dep)) ||
            (at > index && actor === Automerge.decodeChange(change).actor)
          if (isLost) lost.add(own)
          return isLost ? [] : [each.change]
        })
        const one = newDocument('text', 'dd'.repeat(16))
        const other = newDocument('text', 'ee'.repeat(16))
        one.applyChanges(rest)
        one.applyChanges([forged])
        other.applyChanges([...rest, forged].reverse())
        expect(outcome(one)).toEqual(outcome(other))
        const again = Automerge.getBackend(Automerge.load(one.save()))
        expect(outcome(again)).toEqual(outcome(one))
        blocksIn(one)
        spliceText(one, { at: 0, delete: one.length(textObject), insert: 'all new' }, () => {})
        one.commit(null, 0)
        expect(one.text(textObject)).toBe('all new')
        expect(headsOf(Automerge.getBackend(Automerge.load(one.save())))).toEqual(headsOf(one))
      }
    }),
    { numRuns: 80 },
  )
  expect(taken).toBeGreaterThan(5)
})

test('CHANGE-5 what is typed again on the same past is the same text', () => {
  fc.assert(
    fc.property(history, (steps) => {
      for (const { change, before } of play(steps).made) {
        const expected = Automerge.getBackend(Automerge.load(before))
        const again = Automerge.getBackend(Automerge.load(before, { actor: 'dd'.repeat(16) }))
        expected.applyChanges([change])
        retype(again, new TextPast(again), [change], originsIn([change]), () => void again.commit(null, 0))
        expect(again.spans(textObject)).toEqual(expected.spans(textObject))
      }
    }),
    { numRuns: 40 },
  )
})
