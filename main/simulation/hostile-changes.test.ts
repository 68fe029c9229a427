import * as Automerge from '@automerge/automerge'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { readChangeHeader } from '../core/documents/change-header.ts'
import { actorOf } from '../core/documents/spine.ts'
import { Cheater } from './cheater.ts'
import { type Columns, craftChange, encodeOperations, repeatedSets, signed, unsigned } from './crafted-change.ts'
import { gather } from './gathering.ts'
import type { Pen } from './pen.ts'
import type { Node } from './world.ts'

const child = `blob:${'ab'.repeat(32)}` as ArtifactId

/** Ana's gallery, in which everyone may place things; Mel cheats. */
function gallery(seed: number) {
  const { world, nodes } = gather(seed, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const { id } = ana.must('artifact.create', { type: 'gallery', name: 'Wall' })
  for (const node of [bo, mel]) {
    const { code } = ana.must('realm.invite', { id, approve: false })
    node.must('realm.join', { code })
  }
  world.pass(40_000)
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  return { world, ana, bo, mel, id, cheater, pen, actor: actorFor(cheater, pen, id, 'places'), show }

  function show(...envelopes: Uint8Array[]): void {
    for (const node of [ana, bo]) cheater.deliver(node, id, envelopes)
  }
}

function actorFor(cheater: Cheater, pen: Pen, id: ArtifactId, name: string): string {
  return actorOf({ device: cheater.me.device, incarnation: pen.settings.incarnation }, cheater.row(id), name)
}

function edit(actor: string, work: (draft: Record<string, unknown>) => void, on?: Automerge.Doc<unknown>) {
  const base = on ? Automerge.clone(on, { actor }) : Automerge.init<Record<string, unknown>>({ actor })
  const doc = Automerge.change(base as Automerge.Doc<Record<string, unknown>>, { time: 0 }, work)
  const change = Automerge.getLastLocalChange(doc)
  if (!change) throw new Error('nothing changed')
  return { doc, change }
}

function placeOf(node: Node, id: ArtifactId, what: ArtifactId = child) {
  const row = node.vault.tables.artifacts.byId(id)
  return row && node.vault.tables.places.get(row.key, what)
}

function expectGoingOn({ world, ana, bo, id }: ReturnType<typeof gallery>): void {
  ana.must('artifact.rename', { id, name: 'Still a wall' })
  world.pass(1_000)
  for (const node of [ana, bo]) expect(node.must('artifact.get', { id }).name).toBe('Still a wall')
}

test('AUTH-6 a member’s change to the spine is nobody’s: no reference, no name, no label', () => {
  const scene = gallery(300)
  const { ana, bo, id, cheater, pen, show } = scene
  const { change } = edit(actorFor(cheater, pen, id, 'spine'), (draft) => {
    draft['meta:name'] = 'Mel was here'
    draft['ref:00'] = { child, position: 0 }
  })
  show(pen.entry('change', 'spine', change))
  for (const node of [ana, bo]) expect(node.must('artifact.get', { id })).toMatchObject({ name: 'Wall', total: 0 })
  expectGoingOn(scene)
})

test('AUTH-6 nobody carries another’s actor, a number twice, or one ahead', () => {
  const scene = gallery(301)
  const { ana, bo, id, cheater, pen, actor, show } = scene
  const anaLog = ana.vault.tables.logs
    .of(ana.vault.tables.artifacts.byId(id)?.key ?? 0)
    .find((log) => log.device === ana.device && log.kind === 'writer')
  const anaActor = anaLog ? actorOf(anaLog, cheater.row(id), 'places') : ''
  const first = edit(actor, (draft) => {
    draft[child] = { x: 1, y: 1 }
  })
  const twice = edit(actor, (draft) => {
    draft[child] = { x: 2, y: 2 }
  })
  const ahead = edit(
    actor,
    (draft) => {
      draft[child] = { x: 3, y: 3 }
    },
    edit(
      actor,
      (draft) => {
        draft['x'] = 1
      },
      first.doc,
    ).doc,
  )
  const foreign = edit(anaActor, (draft) => {
    draft[child] = { x: 4, y: 4 }
  })
  const spine = edit(actorFor(cheater, pen, id, 'spine'), (draft) => {
    draft[child] = { x: 5, y: 5 }
  })
  show(...[first, twice, ahead, foreign, spine].map(({ change }) => pen.entry('change', 'places', change)))
  for (const node of [ana, bo]) expect(placeOf(node, id)).toEqual({ x: 1, y: 1 })
  expectGoingOn(scene)
})

test('AUTH-2 a change on something never heard of, or refused, is not applied and stops nobody else', () => {
  const scene = gallery(302)
  const { world, ana, bo, id, pen, actor, show } = scene
  const elsewhere = edit('ee'.repeat(16), (draft) => {
    draft['unknown'] = 1
  })
  const stranded = edit(
    actor,
    (draft) => {
      draft[child] = { x: 9, y: 9 }
    },
    elsewhere.doc,
  )
  show(pen.entry('change', 'places', stranded.change))
  bo.must('artifact.get', { id })
  expect(placeOf(bo, id)).toBeUndefined()
  ana.must('artifact.place', { treeId: id, childId: child, x: 7, y: 7 })
  world.pass(1_000)
  expect(placeOf(bo, id)).toEqual({ x: 7, y: 7 })
  expectGoingOn(scene)
})

function bombs(actor: string): Record<string, Uint8Array> {
  const good = encodeOperations(actor, [{ action: 'set', obj: '_root', key: 'a', value: 1, pred: [] }])
  const one = (over: Columns) =>
    craftChange(
      [...repeatedSets(1), ...over].sort((a, b) => a[0] - b[0]),
      { actor },
    )
  const changed = (at: number, byte: number) => good.map((each, index) => (index === at ? byte : each))
  return {
    'wrong checksum': changed(4, (good[4] ?? 0) ^ 1),
    'compressed chunk': changed(8, 2),
    'document chunk': changed(8, 0),
    'wrong magic': changed(0, 0),
    truncated: good.subarray(0, -1),
    'more behind it': Uint8Array.from([...good, 0]),
    'two changes': Uint8Array.from([...good, ...good]),
    nothing: new Uint8Array(0),
    noise: Uint8Array.from({ length: 500 }, (_, index) => (index * 167) % 256),
    oversize: craftChange([[21, Array(300_000).fill(0)]], { actor }),
    '50,000 operations': craftChange(repeatedSets(50_000), { actor }),
    'a million million operations': craftChange(repeatedSets(10 ** 12), { actor }),
    'a long key many times': craftChange(repeatedSets(5_000, 'k'.repeat(200_000)), { actor }),
    'a pred group of 2^40': one([[112, [...signed(1), ...unsigned(2 ** 40)]]]),
    'deflated column': one([[8 + 6 + 0x100, [1, 2, 3]]]),
    'nulls without end': craftChange([[66, [0, ...unsigned(2 ** 50)]]], { actor }),
    'an object inside itself': encodeOperations(actor, [{ action: 'makeMap', obj: `1@${actor}`, key: 'w', pred: [] }]),
    'an object that is not there': encodeOperations(actor, [
      { action: 'set', obj: `5@${'cc'.repeat(16)}`, key: 'a', value: 1, pred: [] },
    ]),
    'a scalar as object': encodeOperations(actor, [
      { action: 'set', obj: '_root', key: 'w', value: 2, pred: [] },
      { action: 'set', obj: `1@${actor}`, key: 'q', value: 5, pred: [] },
    ]),
    'an object of the future': encodeOperations(actor, [
      { action: 'set', obj: `2@${actor}`, key: 'q', value: 5, pred: [] },
      { action: 'makeMap', obj: '_root', key: 'w', pred: [] },
    ]),
    'replacing what was never there': encodeOperations(actor, [
      { action: 'set', obj: '_root', key: 'a', value: 1, pred: [`9@${'cc'.repeat(16)}`] },
    ]),
    'replacing itself': encodeOperations(actor, [
      { action: 'set', obj: '_root', key: 'a', value: 1, pred: [`1@${actor}`] },
    ]),
    'operation numbers that jump': encodeOperations(
      actor,
      [{ action: 'set', obj: '_root', key: 'a', value: 1, pred: [] }],
      { startOp: 2 ** 31 },
    ),
    'the last operation number': encodeOperations(
      actor,
      ['a', 'b'].map((key) => ({ action: 'set', obj: '_root', key, value: 1, pred: [] })),
      { startOp: 2 ** 32 - 1 },
    ),
    'number 5 first': encodeOperations(actor, [{ action: 'set', obj: '_root', key: 'a', value: 1, pred: [] }], {
      seq: 5,
    }),
    'a list': encodeOperations(actor, [{ action: 'makeList', obj: '_root', key: 'a', pred: [] }]),
    'text in a map': encodeOperations(actor, [
      { action: 'makeMap', obj: '_root', key: child, pred: [] },
      { action: 'set', obj: `1@${actor}`, elemId: '_head', insert: true, value: 'x', pred: [] },
    ]),
    'an increment': encodeOperations(actor, [{ action: 'inc', obj: '_root', key: 'a', value: 1, pred: [] }]),
  }
}

test('AUTH-2 no bytes that pass for a change harm anyone, and what is honest after them counts', () => {
  const scene = gallery(303)
  const { ana, bo, id, pen, actor, show } = scene
  const start = performance.now()
  const memory = process.memoryUsage().rss
  for (const [name, bytes] of Object.entries(bombs(actor))) {
    show(pen.entry('change', 'places', bytes))
    for (const node of [ana, bo]) expect(node.must('artifact.get', { id }).name, name).toBe('Wall')
  }
  for (const shape of [
    ['places'],
    ['places', 5],
    ['places', null],
    ['elsewhere', new Uint8Array(3)],
    [],
    [new Uint8Array(1)],
  ]) {
    show(pen.entry('change', ...shape))
  }
  // guards against hanging only: ten times what it takes
  expect(performance.now() - start).toBeLessThan(60_000)
  expect(process.memoryUsage().rss - memory).toBeLessThan(1_500_000_000)
  const { change } = edit(actor, (draft) => {
    draft[child] = { x: 6, y: 6 }
  })
  show(pen.entry('change', 'places', change))
  for (const node of [ana, bo]) expect(placeOf(node, id)).toEqual({ x: 6, y: 6 })
  expectGoingOn(scene)
})

test('LIMIT-1 a bomb is known by its header, before Automerge sees a byte of it', () => {
  const actor = 'aa'.repeat(16)
  const known = [
    'oversize',
    '50,000 operations',
    'a million million operations',
    'a long key many times',
    'nulls without end',
    'deflated column',
  ]
  for (const name of known) expect(readChangeHeader(bombs(actor)[name] ?? new Uint8Array(0)), name).toBeUndefined()
})

test('AUTH-2 who built on a change that is refused afterwards says it again, and can go on', () => {
  const scene = gallery(304)
  const { world, ana, bo, id, cheater, pen, actor, show } = scene
  const other = `blob:${'cd'.repeat(32)}` as ArtifactId
  const { change } = edit(actor, (draft) => {
    draft[child] = { x: 1, y: 1 }
  })
  show(pen.entry('change', 'places', change))
  bo.must('artifact.place', { treeId: id, childId: other, x: 2, y: 2 })
  world.pass(1_000)
  for (const node of [ana, bo])
    expect([placeOf(node, id), placeOf(node, id, other)]).toEqual([
      { x: 1, y: 1 },
      { x: 2, y: 2 },
    ])
  cheater.deliver(ana, id, [pen.fork(0).say('no, this')])
  world.pass(70_000)
  for (const node of [ana, bo]) {
    expect(node.must('sync.status', {}).frozen).toHaveLength(1)
    expect([placeOf(node, id), placeOf(node, id, other)], node.name).toEqual([undefined, { x: 2, y: 2 }])
  }
  bo.must('artifact.place', { treeId: id, childId: other, x: 3, y: 3 })
  world.pass(1_000)
  for (const node of [ana, bo]) expect(placeOf(node, id, other), node.name).toEqual({ x: 3, y: 3 })
})
