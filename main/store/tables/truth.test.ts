import { expect, test } from 'vitest'
import { aLog, anArtifact, bytesOf, deviceOf, opened, playerOf, treeOf } from '../scratch.fixture.ts'

test('STORE-13 artifacts are found by id, key and tags, and changed as a whole', async () => {
  const { artifacts } = (await opened({ memory: true })).tables
  const one = artifacts.add(anArtifact(1))
  const two = artifacts.add(anArtifact(2, { name: '' }))
  expect(artifacts.byId(treeOf(1))).toEqual(one)
  expect(artifacts.byKey(two.key)).toEqual(two)
  expect(artifacts.byTag(bytesOf('tag 1', 16))).toEqual(one)
  expect(artifacts.byAttentionTag(bytesOf('attention tag 2', 16))).toEqual(two)
  expect(artifacts.byId(treeOf(3))).toBeUndefined()
  expect(artifacts.byTag(bytesOf('tag 3', 16))).toBeUndefined()
  const changed = {
    ...one,
    tag: bytesOf('new tag', 16),
    secret: bytesOf('new'),
    name: 'ü',
    status: 'recalled',
  } as const
  artifacts.update(changed)
  expect(artifacts.byTag(one.tag)).toBeUndefined()
  expect(artifacts.byTag(changed.tag)).toEqual(changed)
  expect(artifacts.byId(one.id)).toEqual(changed)
  expect([...artifacts.all()]).toEqual([changed, two])
  expect(() => artifacts.update({ ...two, key: 99 })).toThrow('no artifact')
})

test('STORE-13 all artifacts come once each, also when rows are written meanwhile', async () => {
  const { tables, transaction } = await opened({ memory: true })
  const { artifacts } = tables
  transaction(() => {
    for (let n = 0; n < 600; n++) artifacts.add(anArtifact(n))
    const seen = new Set<string>()
    for (const row of artifacts.all()) {
      seen.add(row.id)
      artifacts.update({ ...row, epoch: row.epoch + 1 })
    }
    expect(seen.size).toBe(600)
  })
})

test('STORE-13 a second artifact with the tags of another does not take its envelopes', async () => {
  const { artifacts } = (await opened({ memory: true })).tables
  const honest = artifacts.add(anArtifact(1))
  const { tag, attentionTag } = honest
  artifacts.add(anArtifact(2, { tag, attentionTag }))
  expect(artifacts.byTag(tag)).toEqual(honest)
  expect(artifacts.byAttentionTag(attentionTag)).toEqual(honest)
})

test('STORE-13 logs, envelopes, siblings and keys come back as they were put, until an artifact is dropped', async () => {
  const { logs, envelopes, keys } = (await opened({ memory: true })).tables
  const kept = logs.add(aLog(1, 'a'))
  const other = logs.add(aLog(2, 'a', { incarnation: 2 }))
  for (const { key } of [kept, other]) {
    for (let seq = 0; seq < 5; seq++) envelopes.append(key, seq, bytesOf(`${key}/${seq}`), bytesOf(seq, 50))
    envelopes.addSibling(key, 3, bytesOf('x'), bytesOf('y'))
    envelopes.addSibling(key, 3, bytesOf('x'), bytesOf('y'))
  }
  const grown = { ...kept, length: 5, head: bytesOf('head'), forkAt: 3, judged: 2, clock: 7.5, position: 1, epoch: 4 }
  logs.update(grown)
  expect(logs.byKey(kept.key)).toEqual(grown)
  expect([logs.of(1), logs.of(2), logs.of(3)]).toEqual([[grown], [other], []])
  expect(envelopes.at(other.key, 4)).toMatchObject({ hash: bytesOf(`${other.key}/4`), bytes: bytesOf(4, 50) })
  expect(envelopes.at(other.key, 5)).toBeUndefined()
  expect(envelopes.from(kept.key, 1, 2).map(({ seq }) => seq)).toEqual([1, 2])
  expect(envelopes.from(kept.key, 3, 100).map(({ seq }) => seq)).toEqual([3, 4])
  expect(envelopes.siblings(kept.key)).toEqual([{ seq: 3, hash: bytesOf('x'), bytes: bytesOf('y') }])
  for (const epoch of [1, 2, 10]) keys.put(1, 'seat', epoch, bytesOf(epoch))
  expect(keys.get(1, 'seat', 2)).toEqual(bytesOf(2))
  expect(keys.latest(1, 'seat')).toEqual({ epoch: 10, key: bytesOf(10) })
  expect(keys.latest(1, deviceOf('a'))).toBeUndefined()
  envelopes.dropAll(1)
  keys.dropAll(1)
  expect([envelopes.from(kept.key, 0, 9), envelopes.siblings(kept.key)]).toEqual([[], []])
  expect(envelopes.from(other.key, 0, 9)).toHaveLength(5)
  expect(keys.get(1, 'seat', 2)).toBeUndefined()
})

test('STORE-13 the last spot of a log is the last: the next log’s envelopes are not its own', async () => {
  const { envelopes } = (await opened({ memory: true })).tables
  envelopes.append(1, 2 ** 32 - 1, bytesOf('last'), bytesOf(1))
  envelopes.append(2, 0, bytesOf('first'), bytesOf(2))
  expect(envelopes.from(1, 0, 10).map(({ hash }) => hash)).toEqual([bytesOf('last')])
  expect(envelopes.from(2, 0, 10).map(({ seq }) => seq)).toEqual([0])
  expect(() => envelopes.append(1, 2 ** 32, bytesOf('a'), bytesOf('b'))).toThrow(RangeError)
  expect(() => envelopes.append(2 ** 21, 0, bytesOf('a'), bytesOf('b'))).toThrow(RangeError)
})

test('ATT-1 attention events are kept by device, incarnation and seq; forks beside them, each once', async () => {
  const { attention } = (await opened({ memory: true })).tables
  const event = (device: string, incarnation: number, seq: number, hash: string | number = seq) => ({
    device: deviceOf(device),
    incarnation,
    seq,
    player: playerOf(device === 'c' ? 'other' : 'one'),
    hash: bytesOf(hash),
    bytes: bytesOf(`event ${hash}`, 90),
  })
  for (const device of ['a', 'b', 'c']) {
    for (const incarnation of [3, 1, 1_700_000_000_000]) {
      for (let seq = 0; seq < 4; seq++) attention.append(event(device, incarnation, seq))
    }
  }
  expect(attention.of(deviceOf('a'), 3, 1, 2)).toEqual([event('a', 3, 1), event('a', 3, 2)])
  expect(attention.last(deviceOf('b'), 1)).toEqual(event('b', 1, 3))
  expect(attention.last(deviceOf('b'), 2)).toBeUndefined()
  expect(attention.incarnations(deviceOf('a'))).toEqual([1, 3, 1_700_000_000_000])
  expect(attention.incarnations(deviceOf('z'))).toEqual([])
  expect(attention.devicesOf(playerOf('one'))).toEqual([deviceOf('a'), deviceOf('b')].sort())
  attention.addFork(event('a', 3, 1, 'x'))
  attention.addFork(event('a', 3, 1, 'x'))
  expect(attention.forks()).toEqual([event('a', 3, 1, 'x')])
})

test('STORE-13 facts are put, replaced and dropped', async () => {
  const { facts } = (await opened({ memory: true })).tables
  facts.put('a', bytesOf(1))
  facts.put('a', new Uint8Array(0))
  facts.put('b', bytesOf(2))
  facts.drop('b')
  expect([facts.get('a'), facts.get('b')]).toEqual([new Uint8Array(0), undefined])
})
