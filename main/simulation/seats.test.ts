import { expect, test } from 'vitest'
import { equal } from '../crypto/bytes.ts'
import { Cheater } from './cheater.ts'
import { befriend, gather, pair, second, textsOf, viewOf } from './gathering.ts'
import type { Node } from './world.ts'

function seatOf(node: Node, id: Parameters<Cheater['row']>[0]): string | undefined {
  return node.state.authorities.get(node.vault.tables.artifacts.byId(id)?.key ?? 0)?.seat
}

test('AUTH-1 when the seat’s device is lost, another of the steward’s takes the seat and can do all a steward can', () => {
  const { world, nodes, id } = gather(940, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const phone = second(world, ana, 'Phone')
  world.heal()
  ana.crash()
  phone.must('device.remove', { deviceId: ana.device })
  world.pass(75_000)
  for (const node of [phone, bo, cy]) expect(seatOf(node, id), node.name).toBe(phone.device)
  // without the lost device: it gets the new key no more
  const { keys, artifacts } = phone.vault.tables
  expect(keys.latest(artifacts.byId(id)?.key ?? 0, 'seat')?.epoch).toBe(2)
  phone.must('artifact.revoke', { id, grantee: cy.id })
  phone.must('story.send', { storyId: id, text: 'without Cy' })
  const made = phone.must('realm.create', { name: 'New' }).id
  phone.must('artifact.grant', { id: made, grantee: bo.id, mode: 'revocable' })
  phone.must('artifact.compose', { treeId: phone.must('vault.root', {}).id, childId: made })
  world.pass(75_000)
  expect(textsOf(bo, id)).toEqual(['without Cy'])
  expect(cy.must('artifact.get', { id }).status).toBe('revoked')
  expect(bo.must('artifact.get', { id: made }).status).toBe('active')
  expect(viewOf(phone, id)).toBe(viewOf(bo, id))
  const dee = world.add('Dee')
  dee.must('realm.join', { code: phone.must('realm.invite', { id, approve: false }).code })
  world.pass(10_000)
  expect(textsOf(dee, id)).toEqual(['without Cy'])
  for (const node of [phone, bo, dee]) {
    const shown = viewOf(node, id)
    node.take({ type: 'projections-lost' })
    world.pass(500)
    expect(viewOf(node, id), node.name).toBe(shown)
    expect(seatOf(node, id)).toBe(phone.device)
  }
})

test('AUTH-1 a removed device does not get the seat back, from whatever place it goes on, in any order', () => {
  const { world, nodes, id } = gather(941, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const stolen = second(world, ana, 'Stolen')
  world.heal()
  const cheater = new Cheater(stolen).silence()
  const row = cheater.row(id)
  const early = new Cheater(ana).seatPen(id).envelopes.length
  ana.must('story.send', { storyId: id, text: 'fine' })
  world.pass(1_000)
  cy.strand(1)
  ana.must('device.remove', { deviceId: stolen.device })
  world.pass(5_000)
  const { authorities } = stolen.state
  const authority = authorities.get(row.key)
  if (!authority) throw new Error('no authority')
  const { logs, envelopes } = ana.vault.tables
  const log = logs.of(ana.vault.tables.artifacts.byId(id)?.key ?? 0).find((each) => each.kind === 'authority')
  for (const [index, position] of [early, early - 1, 1].entries()) {
    const pen = cheater.pen(id, 0)
    const after = envelopes.at(log?.key ?? 0, position - 1)?.hash ?? new Uint8Array(32)
    const sit = { op: 'sit', term: 50 + index, list: cheater.me.list.bytes, after, at: world.now }
    const taking = pen.write({ kind: 'authority', payload: [position, 0, sit] })
    const before = seatOf(bo, id)
    if (bo.linkTo(stolen)) cheater.deliver(bo, id, [taking])
    expect(seatOf(bo, id)).toBe(before)
    // as if any member had handed it on
    new Cheater(bo).deliver(ana, id, [taking])
    expect(seatOf(ana, id)).toBe(ana.device)
  }
  world.heal()
  for (const node of [ana, bo, cy]) {
    expect(seatOf(node, id), node.name).toBe(ana.device)
    expect(textsOf(node, id)).toEqual(['fine'])
    node.take({ type: 'projections-lost' })
    world.pass(500)
    expect(seatOf(node, id), node.name).toBe(ana.device)
  }
})

test('AUTH-1 two devices that take the seat away from each other come to one, everywhere', () => {
  const { world, nodes, id } = gather(942, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const phone = second(world, ana, 'Phone')
  world.heal()
  const tablet = second(world, ana, 'Tablet')
  world.heal()
  const [one, two] = [new Cheater(phone), new Cheater(tablet)]
  phone.strand(1)
  tablet.strand(2)
  cy.strand(1)
  world.pass(1_000)
  one.sit(id)
  two.sit(id)
  phone.must('story.send', { storyId: id, text: 'from the phone' })
  tablet.must('story.send', { storyId: id, text: 'from the tablet' })
  world.pass(40_000)
  world.heal()
  world.heal()
  const seats = [ana, bo, cy, phone, tablet].map((node) => seatOf(node, id))
  expect(new Set(seats).size).toBe(1)
  for (const node of [bo, cy, phone, tablet]) expect(viewOf(node, id), node.name).toBe(viewOf(ana, id))
  expect(textsOf(ana, id)).toHaveLength(2)
})

test('AUTH-1 nobody takes a seat whose steward they are not, or with a lower term, or from another place', () => {
  const { world, nodes, id } = gather(943, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  const cheater = new Cheater(mel)
  const authority = bo.state.authorities.get(bo.vault.tables.artifacts.byId(id)?.key ?? 0)
  if (!authority) throw new Error('no authority')
  const list = cheater.me.list.bytes
  for (const over of [
    {},
    { list: new Cheater(ana).me.list.bytes },
    { term: 1 },
    { after: new Uint8Array(32) },
    { term: 0.5 },
  ]) {
    const sit = { op: 'sit', term: 2, list, after: authority.head, at: world.now, ...over }
    const taking = cheater.pen(id, 0).write({ kind: 'authority', payload: [authority.length, 0, sit] as never })
    cheater.deliver(bo, id, [taking])
    expect(seatOf(bo, id)).toBe(ana.device)
  }
  expect(
    equal(authority.head, bo.state.authorities.get(bo.vault.tables.artifacts.byId(id)?.key ?? 0)?.head ?? list),
  ).toBe(true)
  world.heal()
  expect(viewOf(bo, id)).toBe(viewOf(ana, id))
})

test('DM-1 two who talk go on when one of them loses a device', () => {
  const { world, ana, bo, id } = pair(944)
  const phone = second(world, ana, 'Phone')
  world.heal()
  ana.crash()
  phone.must('device.remove', { deviceId: ana.device })
  world.pass(40_000)
  phone.must('story.send', { storyId: id, text: 'new phone' })
  bo.must('story.send', { storyId: id, text: 'good' })
  world.pass(40_000)
  expect(textsOf(bo, id).toSorted()).toEqual(['good', 'new phone'])
  expect(textsOf(phone, id)).toEqual(textsOf(bo, id))
})

test('AUTH-1 what a device without the seat wants done it proposes; the seat does it once, or says why not', () => {
  const { world, nodes, id } = gather(945, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const phone = second(world, ana, 'Phone')
  world.heal()
  befriend(world, phone, bo)
  world.heal()
  ana.strand(1)
  world.pass(1_000)
  phone.must('artifact.revoke', { id, grantee: cy.id })
  phone.must('artifact.rename', { id, name: 'Renamed on the phone' })
  const { code } = phone.must('realm.invite', { id, approve: false })
  const dee = world.add('Dee')
  dee.must('realm.join', { code })
  world.pass(20_000)
  expect(
    phone
      .must('artifact.get', { id })
      .proposals?.map((each) => `${each.what} ${each.state}`)
      .toSorted(),
  ).toEqual(['admit waiting', 'artifact.revoke waiting'])
  expect(cy.must('artifact.get', { id })).toMatchObject({ name: 'Renamed on the phone', status: 'active' })
  phone.must('artifact.revoke', { id, grantee: dee.id })
  world.heal()
  world.heal()
  expect(cy.must('artifact.get', { id }).status).toBe('revoked')
  const audience = (node: Node) => node.must('artifact.get', { id }).audience.toSorted()
  for (const node of [ana, phone, bo]) expect(audience(node), node.name).toEqual([ana.id, bo.id].toSorted())
  expect(phone.must('artifact.get', { id }).proposals).toBeUndefined()
  phone.must('artifact.revoke', { id, grantee: cy.id })
  world.heal()
  expect(phone.must('artifact.get', { id }).proposals).toMatchObject([
    { what: 'artifact.revoke', state: 'NotPermitted' },
  ])
  const length = ana.state.authorities.get(ana.vault.tables.artifacts.byId(id)?.key ?? 0)?.length
  for (const node of [ana, phone]) node.take({ type: 'projections-lost' })
  world.heal()
  expect(ana.state.authorities.get(ana.vault.tables.artifacts.byId(id)?.key ?? 0)?.length).toBe(length)
})
