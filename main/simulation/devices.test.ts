import { expect, test } from 'vitest'
import { befriend, entriesOf, gather, pair, second, textsOf, viewOf } from './gathering.ts'
import { type Node, World } from './world.ts'

test('KEY-1 a second device by a code is the same player, with Vault, peers, DMs and realms', () => {
  const { world, ana, bo, id } = pair(900)
  ana.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  bo.must('story.send', { storyId: id, text: 'answer' })
  const realm = ana.must('realm.create', { name: 'Garden' }).id
  ana.must('story.send', { storyId: realm, text: 'alone' })
  world.pass(2_000)
  const phone = second(world, ana)
  world.heal()
  expect(phone.id).toBe(ana.id)
  expect(phone.must('vault.root', {})).toEqual(ana.must('vault.root', {}))
  expect(
    phone
      .must('device.list', {})
      .map((each) => each.deviceId)
      .sort(),
  ).toEqual([ana.device, phone.device].sort())
  expect(bo.must('peer.list', {})).toHaveLength(1)
  expect(phone.must('peer.list', {})[0]).toMatchObject({ playerId: bo.id, name: 'Bo', status: 'confirmed' })
  expect(textsOf(phone, id)).toEqual(['before', 'answer'])
  expect(textsOf(phone, realm)).toEqual(['alone'])
  const children = (node: Node) =>
    node
      .must('artifact.children', { id: node.must('vault.root', {}).id })
      .items.map((child) => `${child.id} ${child.name}`)
      .sort()
  expect(children(phone)).toEqual(children(ana))
  for (const node of [ana, phone]) expect(node.must('vault.verify', {})).toEqual({ ok: true, problems: [] })
})

test('KEY-1 both devices are used at once, also away from each other, and come to one', () => {
  const { world, ana, bo, id } = pair(901)
  const phone = second(world, ana)
  world.heal()
  const realm = ana.must('realm.create', { name: 'Garden' }).id
  world.pass(2_000)
  phone.strand(1)
  world.pass(1_000)
  phone.must('story.send', { storyId: id, text: 'from the phone, alone' })
  phone.must('story.send', { storyId: realm, text: 'planted on the phone' })
  phone.must('artifact.rename', { id: realm, name: 'Herbs' })
  const made = phone.must('artifact.create', { type: 'gallery', name: 'Pictures' })
  phone.must('artifact.compose', { treeId: phone.must('vault.root', {}).id, childId: made.id })
  ana.must('story.send', { storyId: id, text: 'from the laptop' })
  bo.must('story.send', { storyId: id, text: 'from Bo' })
  world.pass(5_000)
  expect(textsOf(bo, id)).toHaveLength(2)
  world.heal()
  world.heal()
  for (const node of [ana, phone, bo])
    expect(textsOf(node, id).toSorted(), node.name).toEqual(['from Bo', 'from the laptop', 'from the phone, alone'])
  expect(viewOf(phone, id)).toBe(viewOf(bo, id))
  expect(viewOf(ana, realm)).toBe(viewOf(phone, realm))
  expect(ana.must('artifact.get', { id: realm }).name).toBe('Herbs')
  expect(ana.must('artifact.get', { id: made.id }).name).toBe('Pictures')
  expect(
    ana.must('artifact.children', { id: ana.must('vault.root', {}).id }).items.some((each) => each.id === made.id),
  ).toBe(true)
})

test('KEY-1 private state converges: read marks, hidden entries, peers, invites, what was queued', () => {
  const { world, ana, bo, id } = pair(902)
  const phone = second(world, ana)
  world.heal()
  for (const text of ['one', 'two', 'three']) bo.must('story.send', { storyId: id, text })
  world.heal()
  const [first, , last] = entriesOf(phone, id)
  if (!first || !last) throw new Error('nothing came')
  phone.must('story.markRead', { storyId: id, entryId: last.entryId })
  phone.must('story.delete', { storyId: id, entryId: first.entryId })
  const cy = world.add('Cy')
  befriend(world, phone, cy)
  world.heal()
  expect(
    ana
      .must('peer.list', {})
      .map((peer) => `${peer.name} ${peer.status}`)
      .sort(),
  ).toEqual(['Bo confirmed', 'Cy confirmed'])
  expect(entriesOf(ana, id).find((entry) => entry.entryId === first.entryId)?.deleted).toBe(true)
  const unread = (node: Node) =>
    node.must('artifact.children', { id: node.must('vault.root', {}).id }).items.find((each) => each.id === id)?.unread
  expect(unread(ana)).toBe(0)
  const withCy = ana.must('story.dm', { playerId: cy.id }).id
  ana.must('story.send', { storyId: withCy, text: 'from my other device' })
  world.heal()
  expect(textsOf(cy, withCy)).toEqual(['from my other device'])
})

test('KEY-1 in another’s realm a new device writes once its steward has heard of it, and nothing is lost before', () => {
  const { world, nodes, id } = gather(903, ['Bo', 'Ana', 'Cy'])
  const [bo, ana, cy] = nodes
  ana.must('story.send', { storyId: id, text: 'old' })
  world.pass(1_000)
  bo.strand(1)
  world.pass(1_000)
  const phone = second(world, ana)
  world.heal()
  bo.strand(1)
  world.pass(1_000)
  world.heal()
  phone.must('story.send', { storyId: id, text: 'from the new one' })
  world.heal()
  for (const node of [bo, ana, cy, phone]) expect(textsOf(node, id), node.name).toEqual(['old', 'from the new one'])
  for (const node of [ana, cy, phone]) expect(viewOf(node, id), node.name).toBe(viewOf(bo, id))
})

test('STORY-7 what only another device of one’s own holds is kept, not delivered', () => {
  const { world, ana, bo, id } = pair(904)
  const phone = second(world, ana)
  world.heal()
  bo.strand(1)
  world.pass(1_000)
  ana.must('story.send', { storyId: id, text: 'hello?' })
  expect(entriesOf(ana, id).at(-1)?.delivery).toMatchObject({ state: 'local', have: 0, of: 1 })
  world.pass(1_000)
  expect(entriesOf(ana, id).at(-1)?.delivery).toMatchObject({ state: 'kept', have: 0, of: 1 })
  ana.strand(2)
  bo.strand(0)
  world.pass(5_000)
  expect(textsOf(bo, id)).toEqual(['hello?'])
  expect(textsOf(phone, id)).toEqual(['hello?'])
})

test('HEAT-1 attention of a player is the union of what their devices saw', () => {
  const { world, ana, bo, id } = pair(905)
  const phone = second(world, ana)
  world.heal()
  ana.must('attention.navigate', { to: id })
  phone.must('attention.navigate', { to: id })
  world.pass(60_000)
  ana.must('attention.end', {})
  world.pass(60_000)
  phone.must('attention.end', {})
  world.pass(5_000)
  const heat = bo.must('heat.get', { id })
  expect(heat.uniquePeers).toBe(1)
  expect(heat.contributors[0]?.playerId).toBe(ana.id)
  expect(heat.totalDwellMillis).toBeGreaterThanOrEqual(119_000)
  expect(heat.totalDwellMillis).toBeLessThanOrEqual(122_000)
})

test('KEY-1 a code is for one device, for ten minutes, and for a vault in which nothing was done', () => {
  const world = new World(906)
  const [ana, phone, other] = [world.add('Ana'), world.add('Phone'), world.add('Other')]
  const { code } = ana.must('device.invite', {})
  expect(phone.ask('device.join', { code: code.slice(0, -1) })).toMatchObject({ fault: { code: 'InvalidCode' } })
  expect(phone.ask('device.join', { code: ana.code })).toMatchObject({ fault: { code: 'InvalidCode' } })
  phone.must('device.join', { code: ` «${code}»\n` })
  world.pass(5_000)
  expect(phone.id).toBe(ana.id)
  other.must('device.join', { code })
  world.pass(30_000)
  expect(other.id).not.toBe(ana.id)
  expect(ana.must('device.list', {})).toHaveLength(2)
  const busy = world.add('Busy')
  busy.must('realm.create', { name: 'Mine' })
  expect(busy.ask('device.join', { code: ana.must('device.invite', {}).code })).toMatchObject({
    fault: { code: 'NotPermitted' },
  })
  const late = ana.must('device.invite', {}).code
  world.pass(601_000)
  expect(world.add('Late').ask('device.join', { code: late })).toMatchObject({ fault: { code: 'CodeExpired' } })
})
