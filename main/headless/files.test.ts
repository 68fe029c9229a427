import { createHash, randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createReadStream, createWriteStream, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { ask, folder, Program } from './host.fixture.ts'

type Address = { url: string; token: string; playerId: string; code: string }

const mebibyte = 1_048_576
/** The whole size is for the long run: `INDRA_FILE_MIB=2048`. */
const size = Number(process.env['INDRA_FILE_MIB'] ?? 24) * mebibyte
/** Bytes of memory that a host may take more than it had before, whatever the size of the file. */
const bearable = 120 * mebibyte

async function must(host: Address, type: string, args: unknown = {}): Promise<never> {
  const answer = (await ask(host, type, args)) as { ok: boolean; value: never; fault?: unknown }
  if (!answer.ok) throw new Error(`${type}: ${JSON.stringify(answer.fault)}`)
  return answer.value
}

/** Asks again until it is as wanted: nothing tells these tests when peers have met. */
async function eventually(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 200))
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  return port
}

/** Two hosts whose people are peers. */
async function friends(): Promise<{ ana: Address; bo: Address; programs: Program[]; at: string }> {
  const at = folder()
  const dht = new Program(['dht', '--port', String(await freePort())])
  await dht.until(() => dht.stdout.includes('\n'))
  const { bootstrap } = JSON.parse(dht.stdout) as { bootstrap: string }
  const programs = ['ana', 'bo'].map(
    (name) => new Program(['serve', '--data', join(at, name), '--bootstrap', bootstrap, '--name', name]),
  )
  const [ana, bo] = await Promise.all(programs.map((program) => program.ready()))
  if (!ana || !bo) throw new Error('no hosts')
  await must(ana, 'peer.add', { code: bo.code })
  await eventually(async () => ((await must(bo, 'peer.list')) as { direction: string }[]).length > 0)
  await must(bo, 'peer.accept', { playerId: ana.playerId })
  await eventually(async () => ((await ask(ana, 'story.dm', { playerId: bo.playerId })) as { ok: boolean }).ok)
  return { ana, bo, programs, at }
}

/** A file of noise, never whole in memory. */
async function fileOf(path: string, bytes: number): Promise<void> {
  async function* noise() {
    for (let left = bytes; left > 0; left -= mebibyte) yield randomBytes(Math.min(left, mebibyte))
  }
  await pipeline(noise(), createWriteStream(path))
}

/** The most memory that a process and its children ever had, as Linux tells. */
function peakOf(pid: number): number {
  const own = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  return Math.max(Number(own) * 1_024, ...children.map((child) => peakOf(Number(child))))
}

test('BLOB-2 a large file goes from disk to disk through two hosts, in little memory', {
  timeout: 540_000,
}, async () => {
  const { ana, bo, programs, at } = await friends()
  const before = programs.map((program) => peakOf(program.child.pid ?? 0))
  const { id: storyId } = (await must(ana, 'story.dm', { playerId: bo.playerId })) as { id: string }
  await fileOf(join(at, 'film'), size)
  const begun = performance.now()
  const made = (await must(ana, 'artifact.import', { path: join(at, 'film'), parentId: storyId })) as {
    id: string
    size: number
  }
  const imported = performance.now()
  expect(made.size).toBe(size)
  await eventually(async () => ((await ask(bo, 'artifact.get', { id: made.id })) as { ok: boolean }).ok)
  const asked = performance.now()
  await must(bo, 'artifact.save', { id: made.id, path: join(at, 'copy') })
  const saved = performance.now()
  expect(statSync(join(at, 'copy')).size).toBe(size)
  expect(await hashOf(join(at, 'copy'))).toBe(await hashOf(join(at, 'film')))
  const after = programs.map((program) => peakOf(program.child.pid ?? 0))
  const rate = (millis: number) => `${Math.round(size / 1_000 / millis)} MB/s`
  process.stderr.write(
    `${size / mebibyte} MiB: import ${rate(imported - begun)}, fetch and save ${rate(saved - asked)}; ` +
      `peaks ${[...before, ...after].map((each) => Math.round(each / mebibyte)).join(', ')} MiB\n`,
  )
  for (const [index, peak] of after.entries()) expect(peak - (before[index] ?? 0)).toBeLessThan(bearable)
  rmSync(join(at, 'copy'))
})

test('BLOB-2 an upload is put into the Vault, and comes back through the gateway', async () => {
  const { ana, bo } = await friends()
  const bytes = randomBytes(3 * mebibyte + 1)
  const sent = await fetch(new URL('v1/artifacts?name=sky.bin', ana.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${ana.token}` },
    body: bytes,
  })
  const { value } = (await sent.json()) as { value: { uploadId: string; size: number } }
  expect(value.size).toBe(bytes.length)
  const { id: parentId } = (await must(ana, 'story.dm', { playerId: bo.playerId })) as { id: string }
  const made = (await must(ana, 'artifact.import', { uploadId: value.uploadId, parentId })) as { id: string }
  expect(await ask(ana, 'artifact.import', { uploadId: value.uploadId })).toMatchObject({ ok: false })
  await eventually(async () => ((await ask(bo, 'artifact.get', { id: made.id })) as { ok: boolean }).ok)
  const get = (host: Address, headers: Record<string, string> = {}) =>
    fetch(new URL(`v1/blobs/${made.id}`, host.url), { headers: { authorization: `Bearer ${host.token}`, ...headers } })
  for (const host of [ana, bo]) {
    const whole = await get(host)
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'application/octet-stream'])
    expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true)
    const part = await get(host, { range: `bytes=${mebibyte - 2}-${mebibyte + 2}` })
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([
      206,
      bytes.subarray(mebibyte - 2, mebibyte + 3),
    ])
  }
  const stranger = await fetch(new URL(`v1/blobs/${made.id}`, ana.url))
  expect(stranger.status).toBe(401)
})

test('ACC-11 what may only be looked at is named in an export, and its bytes are not in it', async () => {
  const { ana, bo, at } = await friends()
  const { id } = (await must(ana, 'artifact.create', { type: 'gallery', name: 'Wall' })) as { id: string }
  await fileOf(join(at, 'sky.bin'), 1_000)
  const sky = (await must(ana, 'artifact.import', { path: join(at, 'sky.bin'), parentId: id })) as { id: string }
  await must(ana, 'artifact.grant', { id, grantee: bo.playerId, mode: 'revocable' })
  await eventually(async () => ((await ask(bo, 'artifact.fetch', { id: sky.id })) as { ok: boolean }).ok)
  const path = join(at, 'out')
  expect(await must(bo, 'vault.export', { path })).toMatchObject({ originals: 0, leftOut: 1 })
  const { leaves } = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as { leaves: unknown[] }
  expect(leaves).toMatchObject([{ id: sky.id, leftOut: 'it may be looked at, not saved' }])
  expect(readdirSync(join(path, 'originals'))).toEqual([])
  expect(await must(ana, 'vault.export', { path: join(at, 'own') })).toMatchObject({ originals: 1, leftOut: 0 })
})

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  const sink = new Writable({
    write(chunk, _encoding, done) {
      hash.update(chunk)
      done()
    },
  })
  await pipeline(createReadStream(path), sink)
  return hash.digest('hex')
}
