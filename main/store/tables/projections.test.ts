import { expect, test } from 'vitest'
import type { AmendmentRow, MemberRow, PeerRow } from '../../core/rows.ts'
import type { Tables } from '../../core/tables.ts'
import {
  aLog,
  anArtifact,
  anEntry,
  bytesOf,
  deviceOf,
  entryOf,
  hash,
  leafOf,
  opened,
  playerOf,
  treeOf,
} from '../scratch.fixture.ts'

function aMember(artifact: number, player: string, changes: Partial<MemberRow> = {}): MemberRow {
  return {
    artifact,
    player: playerOf(player),
    name: `Name of ${player}`,
    role: 'member',
    mode: 'timed',
    expiresAt: 12.5,
    grantedAt: 3,
    grantedBy: playerOf('steward'),
    ...changes,
  }
}

function anAmendment(changes: Partial<AmendmentRow> = {}): AmendmentRow {
  return {
    artifact: 1,
    target: entryOf('e'),
    kind: 'react',
    player: playerOf('a'),
    clock: 1,
    hash: hash('h'),
    log: 1,
    seq: 0,
    value: '+🦊',
    ...changes,
  }
}

function aPeer(player: string, changes: Partial<PeerRow> = {}): PeerRow {
  return {
    player: playerOf(player),
    name: 'Ä',
    status: 'pending',
    direction: 'in',
    message: 'Hello?',
    since: 5,
    lastSeen: undefined,
    given: bytesOf('given'),
    taken: undefined,
    sentiment: -1,
    ...changes,
  }
}

test('STORE-14 members by artifact and by player', async () => {
  const { members, artifacts } = (await opened({ memory: true })).tables
  const [one, two] = [artifacts.add(anArtifact(1)), artifacts.add(anArtifact(2))]
  const rows = ['a', 'b', 'c'].map((player) => aMember(one.key, player))
  for (const [index, row] of rows.toReversed().entries()) {
    members.put(row)
    expect(members.of(one.key)).toHaveLength(index + 1)
  }
  members.put(aMember(two.key, 'a', { expiresAt: undefined, mode: 'permanent', role: 'steward', name: '' }))
  members.put(aMember(one.key, 'b', { name: 'Other' }))
  const inOrder = [...rows].sort((a, b) => (a.player < b.player ? -1 : 1))
  expect(members.of(one.key)).toEqual(
    inOrder.map((row) => (row.player === playerOf('b') ? { ...row, name: 'Other' } : row)),
  )
  expect(artifacts.sharedWith(playerOf('a'))).toEqual([one, two])
  expect(artifacts.sharedWith(playerOf('b'))).toEqual([one])
  expect(artifacts.sharedWith(playerOf('stranger'))).toEqual([])
  expect(members.companions()).toEqual(['a', 'b', 'c'].map(playerOf).sort())
  members.clear(one.key)
  expect(members.of(one.key)).toEqual([])
  expect(members.companions()).toEqual([playerOf('a')])
})

test('STORE-14 amendments are a set, whatever the order they come in', async () => {
  const { amendments } = (await opened({ memory: true })).tables
  const set = [
    anAmendment(),
    anAmendment({ hash: hash('i'), value: '-🦊' }),
    anAmendment({ kind: 'edit', clock: 9, hash: hash('j'), value: '' }),
    anAmendment({ kind: 'read', clock: 3, hash: hash('k'), target: entryOf('f'), value: '' }),
    anAmendment({ kind: 'read', clock: 3, hash: hash('l'), value: '' }),
  ]
  const read = () => [amendments.of(1, entryOf('e')), amendments.of(1, entryOf('f'))]
  for (const row of [...set, ...set]) amendments.put(row)
  const first = read()
  expect(first.flat()).toHaveLength(set.length)
  expect(first.flat()).toEqual(expect.arrayContaining(set))
  const newest = hash('k') > hash('l') ? set[3] : set[4]
  expect(amendments.newest(1, 'read', playerOf('a'))).toEqual(newest)
  expect(amendments.newest(1, 'read', playerOf('b'))).toBeUndefined()
  amendments.clear(1)
  expect(read()).toEqual([[], []])
  for (const row of set.toReversed()) amendments.put(row)
  expect(read()).toEqual(first)
})

test('STORE-14 places, metadata and notes are maps, safe with any name', async () => {
  const { places, metadata, notes } = (await opened({ memory: true })).tables
  places.put(1, leafOf(1), { x: 1.5, y: -2 })
  places.put(1, treeOf(1), { x: 0, y: 0, w: 3, h: 4 })
  expect([places.get(1, leafOf(1)), places.get(1, treeOf(1))]).toEqual([
    { x: 1.5, y: -2 },
    { x: 0, y: 0, w: 3, h: 4 },
  ])
  for (const name of ['__proto__', 'title', 'constructor']) metadata.put(1, name, `value of ${name}`)
  metadata.put(1, 'title', undefined)
  expect(Object.entries(metadata.of(1))).toEqual([
    ['__proto__', 'value of __proto__'],
    ['constructor', 'value of constructor'],
  ])
  const names = ['peer:', 'peer:1', 'peer:\u{10ffff}', 'peer:ü', 'peer', 'peer;', 'Peer:1']
  for (const name of names) notes.put(1, name, bytesOf(name))
  for (const artifact of [-1, 0]) notes.put(artifact, 'peer:1', bytesOf(artifact))
  expect(notes.all(1, 'peer:').map(({ name }) => name)).toEqual(['peer:', 'peer:1', 'peer:ü', 'peer:\u{10ffff}'])
  expect(notes.all(1, '')).toHaveLength(names.length)
  expect(notes.everywhere('peer:1').map(({ artifact }) => artifact)).toEqual([-1, 0, 1])
  notes.drop(1, 'peer:1')
  expect([notes.get(1, 'peer:1'), notes.get(0, 'peer:1')]).toEqual([undefined, bytesOf(0)])
})

test('STORE-14 peers come back as they were put', async () => {
  const { peers } = (await opened({ memory: true })).tables
  const one = aPeer('a', { lastSeen: 7, taken: bytesOf('taken'), status: 'confirmed', sentiment: 1 })
  peers.put(aPeer('a'))
  peers.put(one)
  peers.put(aPeer('b'))
  expect(peers.get(playerOf('a'))).toEqual(one)
  expect(peers.all()).toEqual([one, aPeer('b')].sort((a, b) => (a.player < b.player ? -1 : 1)))
  peers.drop(playerOf('b'))
  expect(peers.get(playerOf('b'))).toBeUndefined()
})

test('KEY-1 the newest device list stands, and a device keeps its owner when a newer list leaves it out', async () => {
  const { devices } = (await opened({ memory: true })).tables
  const player = playerOf('a')
  devices.put(player, 2, bytesOf('second'), [deviceOf('phone')])
  devices.put(player, 1, bytesOf('first'), [deviceOf('phone'), deviceOf('laptop')])
  expect(devices.listOf(player)).toEqual(bytesOf('second'))
  devices.put(player, 3, bytesOf('third'), [deviceOf('laptop')])
  expect(devices.listOf(player)).toEqual(bytesOf('third'))
  expect([devices.ownerOf(deviceOf('phone')), devices.ownerOf(deviceOf('laptop'))]).toEqual([player, player])
  expect(devices.ownerOf(deviceOf('other'))).toBeUndefined()
})

test('STORE-14 holdings and visits come back as they were put', async () => {
  const { holdings, visits } = (await opened({ memory: true })).tables
  const holding = { artifact: 1, holder: deviceOf('a'), player: playerOf('a'), log: 2, length: 3, at: 4.5 }
  holdings.put({ ...holding, length: 1 })
  holdings.put(holding)
  expect(holdings.of(1)).toEqual([holding])
  holdings.clear(1)
  expect(holdings.of(1)).toEqual([])
  const visit = { device: deviceOf('a'), incarnation: 1, player: playerOf('a'), tag: bytesOf('t', 16), start: 10 }
  visits.put({ ...visit, seq: 1, end: 12 })
  visits.put({ ...visit, seq: 2, start: 13, end: undefined })
  expect(visits.open().map(({ seq }) => seq)).toEqual([2])
  visits.end(deviceOf('a'), 1, 2, 20)
  expect(visits.open()).toEqual([])
  expect(visits.of(visit.tag).map(({ end }) => end)).toEqual([12, 20])
  expect(visits.of(bytesOf('u', 16))).toEqual([])
})

test('STORE-15 forgetting deletes every projection and leaves every truth', async () => {
  const { tables, transaction } = await opened({ memory: true })
  transaction(() => fillAll(tables))
  transaction(() => {
    tables.entries.put(anEntry(1, 1, 7))
    tables.forget()
  })
  const artifact = {
    ...anArtifact(1),
    key: 1,
    status: 'active',
    name: '',
    others: 0,
    digest: new Uint8Array(32),
    epoch: 0,
  }
  expect([...tables.artifacts.all()]).toEqual([artifact])
  expect(tables.artifacts.byId(treeOf(1))).toEqual(artifact)
  expect(tables.logs.of(1)).toEqual([{ ...aLog(1, 'a', { length: 4 }), key: 1 }])
  expect(tables.envelopes.from(1, 0, 9)).toHaveLength(1)
  expect(tables.envelopes.siblings(1)).toHaveLength(1)
  expect(tables.keys.get(1, 'seat', 1)).toEqual(bytesOf('key'))
  expect(tables.facts.get('fact')).toEqual(bytesOf('fact'))
  expect(tables.attention.last(deviceOf('a'), 1)?.seq).toBe(0)
  expect(tables.attention.devicesOf(playerOf('a'))).toEqual([deviceOf('a')])
  expect(tables.attention.forks()).toHaveLength(1)
  expect(projections(tables).filter((found) => found !== undefined && found !== 0)).toEqual([])
})

function fillAll(tables: Tables): void {
  const player = playerOf('a')
  const device = deviceOf('a')
  tables.facts.put('fact', bytesOf('fact'))
  tables.artifacts.add(anArtifact(1))
  tables.logs.add(aLog(1, 'a', { length: 4, judged: 3, clock: 2, position: 1, epoch: 5 }))
  tables.envelopes.append(1, 0, bytesOf('h'), bytesOf('b'))
  tables.envelopes.addSibling(1, 0, bytesOf('i'), bytesOf('b'))
  tables.keys.put(1, 'seat', 1, bytesOf('key'))
  const event = { device, incarnation: 1, seq: 0, player, hash: bytesOf('h'), bytes: bytesOf('b') }
  tables.attention.append(event)
  tables.attention.addFork(event)
  tables.members.put(aMember(1, 'a'))
  tables.entries.put(anEntry(1, 1, 0))
  tables.amendments.put(anAmendment())
  tables.references.put({ tree: 1, refId: 'r', child: treeOf(2), position: 0, label: 'l' })
  tables.places.put(1, treeOf(2), { x: 0, y: 0 })
  tables.metadata.put(1, 'title', 't')
  tables.peers.put(aPeer('a'))
  tables.devices.put(player, 1, bytesOf('list'), [device])
  tables.holdings.put({ artifact: 1, holder: device, player, log: 1, length: 1, at: 1 })
  tables.visits.put({ device, incarnation: 1, seq: 0, player, tag: bytesOf('t', 16), start: 1, end: undefined })
  tables.notes.put(1, 'note', bytesOf('note'))
}

/** One look at each projection: `undefined` or 0 where there is nothing. */
function projections(tables: Tables): unknown[] {
  return [
    tables.members.of(1)[0],
    tables.members.companions()[0],
    tables.entries.page(1, undefined, 1)[0],
    tables.entries.count(1),
    tables.entries.lastClock(1),
    tables.amendments.of(1, entryOf('e'))[0],
    tables.references.count(1),
    tables.places.get(1, treeOf(2)),
    Object.keys(tables.metadata.of(1))[0],
    tables.peers.all()[0],
    tables.devices.listOf(playerOf('a')),
    tables.devices.ownerOf(deviceOf('a')),
    tables.holdings.of(1)[0],
    tables.visits.open()[0],
    tables.visits.of(bytesOf('t', 16))[0],
    tables.notes.everywhere('')[0],
  ]
}
