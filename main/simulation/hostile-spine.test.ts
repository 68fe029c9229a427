import * as Automerge from '@automerge/automerge'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { artifactView, childView } from '../../shared/views.ts'
import { actorOf } from '../core/documents/spine.ts'
import { Cheater } from './cheater.ts'
import { encodeOperations } from './crafted-change.ts'
import { gather, viewOf } from './gathering.ts'

const some = (letter: string, kind = 'doc') => `${kind}:${letter.repeat(64)}` as ArtifactId

type Draft = Record<string, unknown>

/** Ana, steward of the realm, writes into its documents whatever she likes. */
function scene(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const cheater = new Cheater(ana)
  const pen = cheater.pen(id)
  const docs = new Map<string, Automerge.Doc<Draft>>()
  return { world, ana, bo, cy, id, cheater, write }

  function write(name: 'spine' | 'places', work: (draft: Draft) => void): void {
    const actor = actorOf({ device: ana.device, incarnation: pen.settings.incarnation }, cheater.row(id), name)
    const before = docs.get(name) ?? Automerge.init<Draft>({ actor })
    const doc = Automerge.change(before, { time: 0 }, (draft) => {
      const wanted: Draft = {}
      work(wanted)
      for (const [key, value] of Object.entries(wanted)) draft[key] = registers(value)
    })
    docs.set(name, doc)
    const change = Automerge.getLastLocalChange(doc)
    if (!change) throw new Error('nothing changed')
    const entry = pen.entry('change', name, change)
    for (const node of [bo, cy]) cheater.deliver(node, id, [entry])
  }
}

/** Plain strings would become texts, which no spine takes. */
function registers(value: unknown): unknown {
  if (typeof value === 'string') return new Automerge.ImmutableString(value)
  if (typeof value !== 'object' || value === null || value instanceof Automerge.ImmutableString) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, registers(each)]))
}

const nonsense: readonly unknown[] = [
  0,
  -1.5,
  true,
  null,
  'text',
  new Automerge.ImmutableString('x'.repeat(60_000)),
  {},
  { child: 5, position: 0 },
  { child: some('a') },
  { child: some('a'), position: 'first' },
  { child: some('A'), position: 0 },
  { child: 'doc:short', position: 0 },
  { child: `blob:${'a'.repeat(65)}`, position: 0 },
  { child: { child: some('a') }, position: 0 },
  { x: 1, y: 'two' },
  { x: 1e9, y: 0 },
  { x: -1e300, y: 0.5 },
  { x: { x: 1 }, y: 2 },
]

test('LIMIT-8 nonsense in a spine is not shown, and what is sense beside it is', () => {
  const { world, bo, cy, id, write } = scene(1_000)
  for (const [index, value] of nonsense.entries()) {
    write('spine', (draft) => {
      draft[`ref:${index}`] = value
      draft[`meta:m${index}`] = value
      draft[`meta:${'n'.repeat(300)}${index}`] = 'long name'
      draft[`other ${index}`] = value
      draft[['constructor', 'ref:', 'meta:', 'ref:__proto__', 'meta:__proto__'][index % 5] ?? ''] = value
    })
    write('places', (draft) => {
      draft[some('a')] = value
      draft[`${index}`] = value
    })
  }
  write('spine', (draft) => {
    draft['ref:good'] = { child: some('c'), position: 1, label: 'l'.repeat(100_000) }
    draft[`ref:${'r'.repeat(5_000)}`] = { child: some('d'), position: 1 }
    draft['ref:self'] = { child: id, position: -1e308, label: 7 }
    draft['meta:name'] = `\u202e${'🜁'.repeat(1_000)}`
  })
  write('places', (draft) => {
    draft[some('c')] = { x: 3, y: 4, w: 'wide', h: 1 }
  })
  for (const node of [bo, cy]) {
    const view = node.must('artifact.get', { id })
    expect(artifactView.safeParse(view).success).toBe(true)
    expect(view.references.map((each) => each.refId)).toEqual(['self', 'good'])
    expect(view.references[1]?.label).toHaveLength(256)
    expect(Buffer.byteLength(view.name)).toBeLessThanOrEqual(1_024)
    expect(view.name).toMatch(/^🜁+$/u)
    for (const value of Object.values(view.metadata)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(4_096)
    const { items } = node.must('artifact.children', { id })
    for (const child of items) expect(childView.safeParse(child).success).toBe(true)
    expect(items.find((child) => child.id === some('c'))).toMatchObject({ status: 'missing', place: { x: 3, y: 4 } })
  }
  const late = viewOf(cy, id)
  cy.take({ type: 'projections-lost' })
  world.pass(100)
  expect(viewOf(cy, id)).toBe(late)
  expect(viewOf(bo, id)).toBe(late)
})

test('LIMIT-8 a key that is the name of a prototype is a key among others', () => {
  const { world, bo, id, cheater } = scene(1_003)
  const pen = cheater.pen(id, 2 ** 41)
  const actor = actorOf({ device: cheater.me.device, incarnation: 2 ** 41 }, cheater.row(id), 'spine')
  const polluting = [
    { action: 'makeMap', obj: '_root', key: '__proto__', pred: [] },
    { action: 'set', obj: `1@${actor}`, key: 'child', value: 'polluted', pred: [] },
    { action: 'set', obj: '_root', key: 'meta:motto', value: 'still here', pred: [] },
  ]
  cheater.deliver(bo, id, [pen.entry('change', 'spine', encodeOperations(actor, polluting))])
  world.pass(100)
  expect(({} as { child?: unknown }).child).toBeUndefined()
  expect(bo.must('artifact.get', { id }).total).toBe(0)
  bo.must('story.send', { storyId: id, text: 'unharmed' })
})

test('LIMIT-9 what stopped being sense is gone for who saw it as for who did not', () => {
  const { world, bo, cy, id, write } = scene(1_001)
  write('spine', (draft) => {
    draft['ref:a'] = { child: some('a'), position: 1 }
    draft['meta:motto'] = 'once'
    draft['meta:name'] = 'Named'
  })
  write('places', (draft) => {
    draft[some('a')] = { x: 1, y: 1 }
    draft[some('b')] = { x: 2, y: 2 }
  })
  expect(bo.must('artifact.children', { id }).items[0]?.place).toEqual({ x: 1, y: 1 })
  write('spine', (draft) => {
    draft['ref:a'] = 'gone'
    draft['meta:motto'] = 'm'.repeat(5_000)
    draft['meta:name'] = 7
  })
  write('places', (draft) => {
    draft[some('a')] = 'nowhere'
  })
  const row = bo.vault.tables.artifacts.byId(id)
  const held = () => [some('a'), some('b')].map((child) => bo.vault.tables.places.get(row?.key ?? 0, child))
  const before = { view: bo.must('artifact.get', { id }), places: held() }
  expect(before.places).toEqual([undefined, { x: 2, y: 2 }])
  expect(before.view).toMatchObject({ total: 0, metadata: {}, name: '' })
  bo.take({ type: 'projections-lost' })
  world.pass(100)
  expect(bo.must('artifact.get', { id })).toMatchObject({ total: 0, metadata: {}, name: '' })
  expect(held()).toEqual(before.places)
  expect(viewOf(cy, id)).toBe(viewOf(bo, id))
})

test('LIMIT-10 a view stays small, however much a steward writes', () => {
  const { bo, id, write } = scene(1_002)
  for (let round = 0; round < 4; round += 1) {
    write('spine', (draft) => {
      for (let index = 0; index < 300; index += 1) {
        draft[`meta:${round}-${index}`] = new Automerge.ImmutableString('v'.repeat(100))
        draft[`ref:${round}-${index}`] = { child: some('a'), position: index }
      }
    })
  }
  const view = bo.must('artifact.get', { id })
  expect(view.total).toBe(1_200)
  expect(view.references).toHaveLength(200)
  expect(Object.keys(view.metadata).length).toBeLessThanOrEqual(256)
  expect(JSON.stringify(view).length).toBeLessThan(100_000)
})
