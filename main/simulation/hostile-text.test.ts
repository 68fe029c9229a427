import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { changeIn, type Engine, newDocument } from '../core/documents/live-document.ts'
import { actorOf } from '../core/documents/spine.ts'
import { textObject } from '../core/documents/text-shape.ts'
import { Cheater } from './cheater.ts'
import { craftChange, encodeOperations, repeatedSets } from './crafted-change.ts'
import { textOf, type, writing } from './writing.ts'

/** Ana's Document; Mel, who may write in it, cheats. */
function scene(seed: number) {
  const { world, nodes, id } = writing(seed, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  type(ana, id, 0, 'honest')
  world.pass(1_000)
  expect(textOf(mel, id)).toBe('honest')
  const [, held] = [...mel.state.documents].find(([key]) => key.endsWith('/text')) ?? []
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  const actor = actorOf({ device: mel.device, incarnation: pen.settings.incarnation }, cheater.row(id), 'text')
  const engine = held?.clone(actor) ?? newDocument('text', actor)
  return { world, nodes: [ana, bo] as const, ana, bo, mel, id, cheater, pen, actor, engine, show }

  function show(...envelopes: Uint8Array[]): void {
    for (const node of [ana, bo]) cheater.deliver(node, id, envelopes)
    world.pass(100)
  }
}

function typed(engine: Engine, at: number, text: string): Uint8Array {
  const change = changeIn(engine, () => engine.splice(textObject, at, 0, text))
  if (!change) throw new Error('nothing typed')
  return change
}

type Op = Parameters<typeof encodeOperations>[1][number]

function put(elemId: string, over: Partial<Op> = {}): Op {
  return { action: 'set', obj: textObject, elemId, insert: true, value: 'f', pred: [], ...over }
}

function forgeries(actor: string, deps: string[], first: number): Record<string, Uint8Array> {
  const on = (...ops: Op[]) => encodeOperations(actor, ops, { startOp: first, deps })
  const begin = { action: 'markBegin', name: 'strong', expand: true, value: true } as Partial<Op>
  const map = put('_head', { action: 'makeMap' })
  const { value: _, ...end } = put('_head', { action: 'markEnd' })
  return {
    'after what never was': on(put(`7@${'ee'.repeat(16)}`)),
    'after the text itself': on(put(textObject)),
    'after what comes later': on(put(`${first + 1}@${actor}`), put('_head')),
    'two letters at once': on(put('_head', { value: 'ff' })),
    'no letter': on(put('_head', { value: '' })),
    'what stands for a marker': on(put('_head', { value: '\ufffc' })),
    'a number': on(put('_head', { value: 7 })),
    'replacing something': on(put('_head', { pred: [textObject] })),
    'written over, not put in': on(
      put('_head'),
      put(`${first}@${actor}`, { insert: false, pred: [`${first}@${actor}`] }),
    ),
    'taking out the text': on({ action: 'del', obj: textObject, elemId: textObject, pred: [textObject] }),
    'taking out twice': on(
      put('_head'),
      { action: 'del', obj: textObject, elemId: `${first}@${actor}`, pred: [`${first}@${actor}`] },
      { action: 'del', obj: textObject, elemId: `${first}@${actor}`, pred: [`${first}@${actor}`] },
    ),
    'another text at the root': on({ action: 'makeText', obj: '_root', key: 'text', pred: [textObject] }),
    'a key of the root': on({ action: 'set', obj: '_root', key: 'x', value: 1, pred: [] }),
    'a list in the text': on(put('_head', { action: 'makeList' })),
    'a text in a marker': on(map, { action: 'makeText', obj: `${first}@${actor}`, key: 'type', pred: [] }),
    'a marker without end': on(
      map,
      ...Array.from({ length: 80 }, (_, n) => ({
        action: 'set',
        obj: `${first}@${actor}`,
        key: `k${n}`,
        value: 1,
        pred: [],
      })),
    ),
    'a name of a prototype': on(map, { action: 'makeMap', obj: `${first}@${actor}`, key: '__proto__', pred: [] }),
    'a long word in a marker': on(map, {
      action: 'set',
      obj: `${first}@${actor}`,
      key: 'type',
      value: 'x'.repeat(9_000),
      pred: [],
    }),
    'a mark that never ends': on(put('_head', begin)),
    'an end of no mark': on(end),
    'a counter': on(put('_head', { action: 'inc', value: 1 })),
    'numbers that jump': encodeOperations(actor, [put('_head')], { startOp: 5_000, deps }),
    'on nothing': encodeOperations(actor, [put('_head')], { startOp: 1, deps: [] }),
    'the second first': encodeOperations(actor, [put('_head')], { seq: 2, startOp: first, deps }),
    'nothing at all': on(),
    'a million operations': craftChange(repeatedSets(10 ** 6), { actor }),
    'a book in one change': encodeOperations(
      actor,
      Array.from({ length: 6_500 }, (_, n) => put(n === 0 ? '_head' : `${n + first - 1}@${actor}`)),
      { startOp: first, deps },
    ),
  }
}

test('AUTH-2 nothing that only looks like typing counts for anyone, and what is honest after it does', () => {
  const { nodes, id, pen, actor, engine, show, world, bo } = scene(720)
  for (const [name, bytes] of Object.entries(forgeries(actor, engine.getHeads(), 8))) {
    show(pen.entry('change', 'text', bytes))
    for (const node of nodes) expect(textOf(node, id), name).toBe('honest')
  }
  show(pen.entry('change', 'text', typed(engine, 0, 'Mel: ')))
  type(bo, id, 0, 'Bo ')
  world.pass(1_000)
  const [one, other] = nodes.map((node) => textOf(node, id))
  expect(one).toBe(other)
  for (const word of ['Mel: ', 'Bo ', 'honest']) expect(one).toContain(word)
})

test('AUTH-6 nobody types as another, and who is no member types nothing', () => {
  const { nodes, ana, id, pen, cheater, show, world, mel } = scene(721)
  const log = ana.vault.tables.logs
    .of(ana.vault.tables.artifacts.byId(id)?.key ?? 0)
    .find((each) => each.device === ana.device && each.kind === 'writer')
  if (!log) throw new Error('no log')
  const asAna = newDocument('text', actorOf(log, cheater.row(id), 'text'))
  show(pen.entry('change', 'text', typed(asAna, 0, 'as Ana')))
  for (const node of nodes) expect(textOf(node, id)).toBe('honest')
  ana.must('artifact.revoke', { id, grantee: mel.id })
  world.pass(1_000)
  const late = cheater.pen(id, 2 ** 40)
  const own = newDocument('text', actorOf({ device: mel.device, incarnation: 2 ** 40 }, cheater.row(id), 'text'))
  show(late.entry('change', 'text', typed(own, 0, 'late')))
  for (const node of nodes) expect(textOf(node, id)).toBe('honest')
})

test('AUTH-2 who typed into what is refused afterwards types it again, where it was, and can go on', () => {
  const { nodes, ana, bo, id, pen, cheater, engine, show, world } = scene(722)
  show(pen.entry('change', 'text', typed(engine, 3, 'lies')))
  expect(textOf(bo, id)).toBe('honliesest')
  type(bo, id, 5, 'true')
  bo.must('document.block', { id, at: 9, type: 'heading', level: 1 })
  bo.must('document.format', { id, from: 4, to: 9, mark: 'strong', value: true })
  world.pass(1_000)
  expect(textOf(ana, id)).toBe('honlitrue\ufffcesest')
  cheater.deliver(ana, id, [pen.fork(0).say('no, this')])
  world.pass(70_000)
  const again = [
    { at: -1, type: 'text', text: 'hontrue', marks: [{ from: 3, to: 7, mark: 'strong', value: true }] },
    { at: 7, type: 'heading', level: 1, text: 'est', marks: [] },
  ]
  for (const node of nodes) expect(node.must('document.blocks', { id }).blocks).toEqual(again)
  type(bo, id, 0, 'on ')
  world.pass(1_000)
  expect(textOf(ana, id)).toBe(textOf(bo, id))
  expect(textOf(ana, id).startsWith('on ')).toBe(true)
})

test('DOC-2 a steward can neither hide nor make what others embed, and a marker that is nonsense is a paragraph', () => {
  const { world, nodes, id } = writing(723, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const thing = `blob:${'ab'.repeat(32)}` as ArtifactId
  bo.must('document.block', { id, at: 0, type: 'embed', artifactId: thing })
  world.pass(1_000)
  const [shown] = ana.must('artifact.children', { id }).items
  expect(shown).toMatchObject({ id: thing, status: 'missing' })
  const cheater = new Cheater(ana)
  const pen = cheater.pen(id)
  const settings = { device: ana.device, incarnation: pen.settings.incarnation }
  const actor = actorOf(settings, cheater.row(id), 'spine')
  const hide = encodeOperations(actor, [
    { action: 'set', obj: '_root', key: `ref:${shown?.refId}`, value: 'gone', pred: [] },
  ])
  const engine = newDocument('text', actorOf(settings, cheater.row(id), 'text'))
  const odd = changeIn(engine, () =>
    engine.splitBlock(textObject, 0, { type: 5, parents: [], attrs: { level: 99 } } as never),
  )
  cheater.deliver(bo, id, [pen.entry('change', 'spine', hide), pen.entry('change', 'text', odd ?? new Uint8Array(0))])
  world.pass(100)
  expect(bo.must('artifact.children', { id }).items.map((each) => each.id)).toEqual([thing])
  expect(bo.must('document.blocks', { id }).blocks).toMatchObject([{ type: 'text' }, { type: 'embed' }])
})
