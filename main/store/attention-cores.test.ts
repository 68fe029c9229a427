import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Hypercore from 'hypercore'
import { expect, onTestFinished, test } from 'vitest'
import { hex } from '../crypto/bytes.ts'
import { signingKeys } from '../crypto/signature.ts'
import type { AttentionCores } from './attention-cores.ts'
import { connection, until } from './connection.fixture.ts'
import { StoreFailure } from './failure.ts'
import { bytesOf, opened, scratch } from './scratch.fixture.ts'
import { openVault } from './store.ts'

const event = (n: number, length = 200) => bytesOf(`event ${n}`, length)
const events = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => event(from + index))

/** What a follower was told of each core, glued together by index; a gap or a repetition fails the test. */
class Listener {
  readonly told = new Map<string, Uint8Array[]>()

  readonly take = (core: Uint8Array, from: number, news: Uint8Array[]): void => {
    const known = this.told.get(hex(core)) ?? []
    expect(from).toBe(known.length)
    this.told.set(hex(core), [...known, ...news])
  }

  of(core: Uint8Array): Uint8Array[] {
    return this.told.get(hex(core)) ?? []
  }
}

async function attentionOf(directory = scratch(), notes: string[] = []): Promise<AttentionCores> {
  const vault = await opened({ directory, note: (text) => notes.push(text) })
  return vault.attention
}

/** A vault with `length` events in its log, closed. */
async function filled(length: number): Promise<{ directory: string; core: Uint8Array }> {
  const directory = scratch()
  const vault = await openVault({ directory })
  const { core } = await vault.attention.open(0)
  await vault.attention.append(0, events(0, length))
  await vault.close()
  return { directory, core }
}

test('ATT-1 the own log goes on where it ended, and events that are there are skipped', async () => {
  const { directory, core } = await filled(3)
  const attention = await attentionOf(directory)
  expect(await attention.open(0)).toEqual({ core, length: 3, rotated: false })
  await attention.append(1, events(1, 5))
  await attention.append(5, [])
  expect(await attention.open(0)).toEqual({ core, length: 5, rotated: false })
})

test('ATT-1 a gap or an event too large is a bug; another event in a taken place is told and changes nothing', async () => {
  const { directory, core } = await filled(3)
  const attention = await attentionOf(directory)
  await expect(attention.append(0, events(0, 1))).rejects.toThrow('not open')
  await attention.open(0)
  await expect(attention.append(4, events(4, 5))).rejects.toThrow('gap')
  await expect(attention.append(3, [event(3, 4097)])).rejects.toThrow('too large')
  await expect(attention.append(2, [event(9), event(10)])).rejects.toThrow(StoreFailure)
  expect(await attention.open(0)).toEqual({ core, length: 3, rotated: false })
  await attention.append(3, [event(3, 4096)])
})

test('ATT-1 the key that signs the log is not in the log’s own store', async () => {
  const { directory, core } = await filled(1)
  const storage = Hypercore.defaultStorage(join(directory, 'attention'))
  const bare = new Hypercore({ core: Hypercore.createCore(storage, { key: core, createIfMissing: false }) })
  await bare.ready()
  expect(bare.length).toBe(1)
  await expect(bare.append([event(1)])).rejects.toThrow('SESSION_NOT_WRITABLE')
  await storage.close()
})

test.each([
  ['is gone, as after a restored backup', (path: string) => rmSync(path, { recursive: true })],
  ['was copied from elsewhere', (path: string) => moveByCopy(path)],
  ['lost its last writes', (path: string) => truncateSync(logOf(path), 3000)],
  ['lost all its writes', (path: string) => truncateSync(logOf(path), 0)],
  ['cannot be opened', (path: string) => writeFileSync(join(path, 'db', 'CURRENT'), 'garbage\n')],
  ['is a file', (path: string) => replaceByFile(path)],
])('ATT-1 a log that %s is never appended to: a new one begins', async (_, damage) => {
  const { directory, core } = await filled(60)
  damage(join(directory, 'attention'))
  const attention = await attentionOf(directory)
  const fresh = await attention.open(0)
  expect(fresh).toMatchObject({ length: 0, rotated: true })
  expect(fresh.core).not.toEqual(core)
  await attention.append(0, events(0, 2))
  expect(await attention.open(0)).toEqual({ ...fresh, length: 2, rotated: false })
})

test('ATT-1 a log shorter than is known by other means is not appended to either', async () => {
  const { directory, core } = await filled(3)
  const attention = await attentionOf(directory)
  expect(await attention.open(4)).toMatchObject({ length: 0, rotated: true })
  const again = await attentionOf((await filled(3)).directory)
  expect(await again.open(3)).toMatchObject({ length: 3, rotated: false })
  expect(core).toHaveLength(32)
})

test('ATT-1 a new log begins when asked for, and is the one that is opened next', async () => {
  const { directory, core } = await filled(3)
  const vault = await openVault({ directory })
  await vault.attention.open(0)
  const fresh = await vault.attention.rotate()
  expect(fresh).toMatchObject({ length: 0, rotated: true })
  expect(fresh.core).not.toEqual(core)
  await vault.attention.append(0, events(5, 7))
  await vault.close()
  const attention = await attentionOf(directory)
  expect(await attention.open(0)).toEqual({ core: fresh.core, length: 2, rotated: false })
})

test('ATT-1 a follower gets every event once and in order: those before it connected, and those after', async () => {
  const [writer, reader] = [await attentionOf(), await attentionOf()]
  const { core } = await writer.open(0)
  await writer.append(0, events(0, 150))
  const { left, right } = connection()
  writer.replicate(left)
  reader.replicate(right)
  const listener = new Listener()
  reader.follow([core], listener.take)
  await until(() => listener.of(core).length === 150)
  for (let n = 150; n < 160; n++) await writer.append(n, events(n, n + 1))
  await until(() => listener.of(core).length === 160)
  expect(listener.of(core)).toEqual(events(0, 160))
})

test('ATT-1 a log opened after connecting is served, and both sides may follow each other', async () => {
  const [one, two] = [await attentionOf(), await attentionOf()]
  const { left, right } = connection()
  one.replicate(left)
  two.replicate(right)
  const [first, second] = [await one.open(0), await two.open(0)]
  const [heardByOne, heardByTwo] = [new Listener(), new Listener()]
  one.follow([second.core, first.core], heardByOne.take)
  two.follow([first.core], heardByTwo.take)
  await Promise.all([one.append(0, events(0, 3)), two.append(0, events(5, 9))])
  await until(() => heardByOne.of(second.core).length === 4 && heardByTwo.of(first.core).length === 3)
  const next = await two.rotate()
  one.follow([next.core], heardByOne.take)
  await two.append(0, events(20, 21))
  await until(() => heardByOne.of(next.core).length === 1)
  expect(heardByOne.told.has(hex(first.core))).toBe(false)
})

test('ATT-1 after a new start everything held is told again, also without a connection', async () => {
  const directory = scratch()
  const writer = await attentionOf()
  const { core } = await writer.open(0)
  await writer.append(0, events(0, 70))
  const vault = await openVault({ directory })
  const { left, right } = connection()
  writer.replicate(left)
  vault.attention.replicate(right)
  const before = new Listener()
  vault.attention.follow([core], before.take)
  await until(() => before.of(core).length === 70)
  await vault.close()
  const reader = await attentionOf(directory)
  const after = new Listener()
  reader.follow([core], after.take)
  await until(() => after.of(core).length === 70)
  expect(after.of(core)).toEqual(events(0, 70))
})

test('ATT-1 what is held is passed on to a third', async () => {
  const [writer, middle, third] = [await attentionOf(), await attentionOf(), await attentionOf()]
  const { core } = await writer.open(0)
  await writer.append(0, events(0, 5))
  const first = connection()
  writer.replicate(first.left)
  middle.replicate(first.right)
  const [heard, passed] = [new Listener(), new Listener()]
  middle.follow([core], heard.take)
  await until(() => heard.of(core).length === 5)
  first.cut()
  const second = connection()
  middle.replicate(second.left)
  third.replicate(second.right)
  third.follow([core], passed.take)
  await until(() => passed.of(core).length === 5)
})

test('ATT-1 a log that is let go of is silent, and goes on from its first event when followed again', async () => {
  const [writer, reader] = [await attentionOf(), await attentionOf()]
  const { core } = await writer.open(0)
  await writer.append(0, events(0, 3))
  const { left, right } = connection()
  writer.replicate(left)
  reader.replicate(right)
  const [first, second] = [new Listener(), new Listener()]
  reader.follow([core], first.take)
  await until(() => first.of(core).length === 3)
  reader.follow([], first.take)
  reader.follow([core], second.take)
  await writer.append(3, events(3, 4))
  await until(() => second.of(core).length === 4)
  expect(first.of(core)).toHaveLength(3)
})

test('ATT-1 a connection that is already over is ignored', async () => {
  const attention = await attentionOf()
  const { left, cut } = connection()
  cut()
  await until(() => left.destroyed)
  attention.replicate(left)
  attention.replicate(undefined)
  await attention.open(0)
})

test.each([
  ['event 2 is too large', [event(0), event(1), event(2, 5000), event(3), ...Array(40).fill(event(4, 10))], 2],
  ['it is too large', [event(0, 5000), event(1, 5000)], 0],
])('ATT-1 of a log of which %s nothing from there on is taken', async (reason, blocks, taken) => {
  const notes: unknown[] = []
  const { attention: reader } = await opened({ note: (text, about) => notes.push([text, about]) })
  const { left, right } = connection()
  const core = await hostile(blocks, left)
  reader.replicate(right)
  const listener = new Listener()
  reader.follow([core], listener.take)
  await until(() => notes.length > 0)
  expect(notes).toEqual([['an attention log is no longer followed', { reason }]])
  expect(listener.of(core)).toEqual(blocks.slice(0, taken))
})

/** A writer that keeps to no limit. */
async function hostile(blocks: Uint8Array[], stream: Hypercore.Connection): Promise<Uint8Array> {
  const keyPair = signingKeys(bytesOf('hostile'))
  const key = Hypercore.key(keyPair.publicKey)
  const storage = Hypercore.defaultStorage(scratch())
  const core = Hypercore.createCore(storage, { key, manifest: { signers: [{ publicKey: keyPair.publicKey }] } })
  const session = new Hypercore({ core, keyPair })
  onTestFinished(async () => {
    await session.close()
    await core.close()
    await storage.close()
  })
  await session.append(blocks)
  session.replicate(stream)
  return key
}

function logOf(path: string): string {
  const name = readdirSync(join(path, 'db')).find((each) => each.endsWith('.log'))
  return join(path, 'db', name ?? '')
}

function moveByCopy(path: string): void {
  cpSync(path, `${path}.copy`, { recursive: true })
  rmSync(path, { recursive: true })
  cpSync(`${path}.copy`, path, { recursive: true })
}

function replaceByFile(path: string): void {
  rmSync(path, { recursive: true })
  writeFileSync(path, 'text')
}
