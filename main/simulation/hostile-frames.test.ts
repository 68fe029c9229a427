import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actorOf } from '../core/documents/spine.ts'
import { fromHex } from '../crypto/bytes.ts'
import { type Canonical, encode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { encodeOperations } from './crafted-change.ts'
import { befriend, gather, viewOf } from './gathering.ts'

/** How many garbage frames of each kind; more in the long run. */
const each = Number(process.env['INDRA_FRAMES'] ?? (process.env['INDRA_LONG'] ? 5_000 : 250))

const names = [
  'knock',
  'hello',
  'list?',
  'list',
  'trust',
  'request',
  'accept',
  'confirmed',
  'profile',
  'attention',
  'summary',
  'tokens',
  'vector',
  'want',
  'envelopes',
  'have',
  'join',
  'joining',
  'welcome',
  'removed',
  '__proto__',
  'toString',
  '',
]

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc
    .constantFrom(0, 8, 16, 32, 64, 1_168, 1_216)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
)
const number = fc.oneof(
  fc.integer(),
  fc.constantFrom(
    0,
    1,
    -1,
    0.5,
    2 ** 31,
    2 ** 32,
    2 ** 47,
    2 ** 48,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    1e-300,
  ),
)
const simple = fc.oneof(
  bytes,
  number,
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(null, true, false),
)
const field: fc.Arbitrary<Canonical> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 2, arbitrary: fc.array(simple, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.array(fc.array(simple, { maxLength: 7 }), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(fc.string({ unit: 'grapheme-ascii', maxLength: 6 }), simple, { maxKeys: 4 }) },
)

/** Everyone is everyone’s peer, so that no reader is out of reach. */
function scene(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  befriend(world, ana, mel)
  befriend(world, bo, mel)
  befriend(world, ana, bo)
  ana.must('story.send', { storyId: id, text: 'one' })
  world.pass(1_000)
  const cheater = new Cheater(mel).silence()
  return { world, ana, bo, mel, id, cheater }
}

test('LIMIT-4 frames of every kind with anything in them: no error, nothing shown, nothing stored', () => {
  const { world, ana, bo, id, cheater } = scene(600)
  const before = { view: viewOf(ana, id), peers: ana.must('peer.list', {}), dump: ana.vault.dump() }
  for (const [index, name] of names.entries()) {
    const draws = fc.sample(fc.array(field, { maxLength: 5 }), { seed: 600 + index, numRuns: each })
    for (const fields of draws) {
      const isAimed = ['vector', 'want', 'envelopes', 'have'].includes(name)
      cheater.say(ana, name, ...(isAimed ? [cheater.nameFor(ana, id)] : []), ...fields)
    }
    world.pass(50)
    // a name or an attention log of one’s own may be told, whatever it is
    if (name === 'profile' || name === 'attention') before.dump = ana.vault.dump()
    expect(ana.vault.dump() === before.dump, name).toBe(true)
  }
  const noise = fc.sample(fc.uint8Array({ maxLength: 300 }), { seed: 1, numRuns: 4 * each })
  for (const frame of noise) cheater.utter(ana, frame)
  for (const frame of ana.heard.slice(0, 200)) cheater.utter(ana, frame.subarray(0, frame.length >> 1))
  for (const value of [null, [], {}, [1], ['vector'], [['vector']], 'vector', { 0: 'vector' }] as Canonical[]) {
    cheater.utter(ana, encode(value))
  }
  world.pass(1_000)
  expect(ana.vault.dump() === before.dump).toBe(true)
  expect(viewOf(ana, id)).toBe(before.view)
  expect(ana.must('peer.list', {}).map(({ playerId, status }) => [playerId, status])).toEqual(
    before.peers.map(({ playerId, status }) => [playerId, status]),
  )
  ana.must('story.send', { storyId: id, text: 'two' })
  world.pass(1_000)
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('LIMIT-5 sealed and signed nonsense of every kind of entry: refused alike, and what follows it counts', () => {
  const { world, ana, bo, id, cheater } = scene(601)
  const pen = cheater.pen(id)
  const kinds = ['message', 'edit', 'delete', 'remove', 'react', 'read', 'change', 'note', 'key', '__proto__', '']
  const before = viewOf(ana, id)
  const shape = fc.record({ fields: fc.array(field, { maxLength: 5 }), kind: fc.constantFrom(...kinds) })
  for (const { fields, kind } of fc.sample(shape, { seed: 2, numRuns: each })) pen.entry(kind, ...fields)
  for (const payload of fc.sample(field, { seed: 3, numRuns: each })) pen.write({ payload })
  for (const plain of fc.sample(fc.uint8Array({ maxLength: 60 }), { seed: 4, numRuns: each })) pen.write({ plain })
  for (const open of fc.sample(fc.oneof(bytes, field.map(encode)), { seed: 5, numRuns: each }))
    pen.write({ open, payload: null })
  const actor = actorOf({ device: cheater.me.device, incarnation: pen.settings.incarnation }, cheater.row(id), 'spine')
  pen.entry(
    'change',
    'spine',
    encodeOperations(actor, [{ action: 'set', obj: '_root', key: 'meta:name', value: 'x', pred: [] }]),
  )
  for (const node of [ana, bo]) cheater.deliver(node, id, pen.envelopes)
  for (const node of [ana, bo]) expect(viewOf(node, id)).toBe(before)
  pen.say('and now in earnest')
  for (const node of [ana, bo]) cheater.deliver(node, id, pen.envelopes.slice(-1))
  for (const node of [ana, bo]) expect(node.must('story.entries', { storyId: id }).total).toBe(2)
  world.pass(40_000)
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('LIMIT-6 authority entries with anything in them take their place and do nothing', () => {
  const { world, ana, bo, mel, id } = scene(602)
  const cheater = new Cheater(ana)
  const before = viewOf(bo, id)
  const keys = ['op', 'mode', 'expiresAt', 'name', 'list', 'at', 'player', 'cut', 'old']
  const op = fc.record(Object.fromEntries(keys.map((key) => [key, field])), { requiredKeys: [] })
  const named = fc
    .tuple(op, fc.constantFrom('grant', 'revoke', 'genesis', 'transfer', ''))
    .map(([rest, name]) => ({ ...rest, op: name }))
  const pen = cheater.seatPen(id)
  const at = pen.envelopes.length
  for (const body of fc.sample(fc.oneof(op, named, field), { seed: 6, numRuns: each })) {
    pen.write({ kind: 'authority', payload: [pen.envelopes.length, 0, body as Canonical] })
  }
  const strange = { op: 'revoke', player: fromHex(mel.id), cut: [], old: new Uint8Array(32), at: 1 }
  pen.write({ kind: 'authority', payload: [0, 0, strange] })
  cheater.deliver(bo, id, pen.envelopes.slice(at))
  expect(viewOf(bo, id)).toBe(before)
  bo.crash()
  bo.boot()
  world.pass(100)
  expect(viewOf(bo, id)).toBe(before)
})
