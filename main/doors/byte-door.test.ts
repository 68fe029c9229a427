import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import { type ByteSource, openByteDoor } from './byte-door.ts'
import { bearing, closing, expectRefusal, openTested, send } from './gateway.fixture.ts'

const id = `blob:${'ab'.repeat(32)}`
const content = randomBytes(200_000)

/** A gateway before a core that has one file and takes any. */
async function opened(over: Partial<{ mime: string; name: string; fault: Result<never> }> = {}) {
  const uploads: { name: string; bytes: Buffer }[] = []
  const source: ByteSource = {
    async upload(name, bytes) {
      const pieces: Uint8Array[] = []
      for await (const piece of bytes) pieces.push(piece)
      uploads.push({ name, bytes: Buffer.concat(pieces) })
      return over.fault ?? ok({ uploadId: 'u1', size: uploads[0]?.bytes.length ?? 0 })
    },
    async open(asked) {
      if (asked !== id) return refuse('ArtifactNotFound')
      if (over.fault) return over.fault
      return ok({ size: content.length, mime: over.mime ?? 'image/png', name: over.name ?? 'sky.png', read })
    },
  }
  const door = await openByteDoor(source, 'inner')
  closing(door.close)
  const gateway = await openTested(undefined, async () => ({ port: door.port, token: 'inner' }))
  return { gateway, door, uploads }
}

async function* read(from: number, to: number) {
  for (let at = from; at < to; at += 30_000) yield content.subarray(at, Math.min(to, at + 30_000))
}

test('GATE-30 a file comes as it is, whole and in ranges', async () => {
  const { gateway } = await opened()
  const whole = await send(gateway, 'GET', `/v1/blobs/${id}`, bearing)
  expect([whole.status, whole.headers['content-length'], whole.headers['accept-ranges']]).toEqual([
    200,
    '200000',
    'bytes',
  ])
  expect(whole.bytes.equals(content)).toBe(true)
  const ranges = [
    ['bytes=0-0', 206, content.subarray(0, 1), 'bytes 0-0/200000'],
    ['bytes=100000-', 206, content.subarray(100_000), 'bytes 100000-199999/200000'],
    ['bytes=-7', 206, content.subarray(-7), 'bytes 199993-199999/200000'],
    ['bytes=199999-999999', 206, content.subarray(-1), 'bytes 199999-199999/200000'],
    ['bytes=200000-', 416, Buffer.alloc(0), 'bytes */200000'],
    ['bytes=-0', 416, Buffer.alloc(0), 'bytes */200000'],
    ['bytes=5-2', 200, content, undefined],
    ['bytes=0-1,5-6', 200, content, undefined],
    ['lines=1-2', 200, content, undefined],
  ] as const
  for (const [range, status, bytes, told] of ranges) {
    const part = await send(gateway, 'GET', `/v1/blobs/${id}`, { ...bearing, range })
    expect([range, part.status, part.headers['content-range']]).toEqual([range, status, told])
    expect(part.bytes.equals(bytes)).toBe(true)
  }
  const head = await send(gateway, 'HEAD', `/v1/blobs/${id}`, bearing)
  expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, '200000', 0])
})

test('GATE-31 nothing in a file can run, whatever it says it is', async () => {
  for (const mime of ['text/html', 'image/svg+xml', 'application/pdf', 'application/javascript', 'text/markdown']) {
    const { gateway } = await opened({ mime, name: 'a "b"\r\nc/é.html' })
    const { headers } = await send(gateway, 'GET', `/v1/blobs/${id}`, bearing)
    expect(headers['content-type']).toBe('application/octet-stream')
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''a%20%22b%22%0D%0Ac%2F%C3%A9.html")
  }
  const { gateway } = await opened()
  const { headers } = await send(gateway, 'GET', `/v1/blobs/${id}`, bearing)
  expect(headers['content-type']).toBe('image/png')
  expect(headers['content-disposition']).toMatch(/^inline/)
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['content-security-policy']).toContain("default-src 'none'; sandbox")
  expect(headers['cache-control']).toContain('no-store')
})

test('GATE-32 only who bears the token is given anything; for a picture it may stand in the address', async () => {
  const { gateway, door, uploads } = await opened()
  expectRefusal(await send(gateway, 'GET', `/v1/blobs/${id}`), 401, 'Unauthorized')
  expectRefusal(await send(gateway, 'POST', '/v1/artifacts?token=Zm9yIHRlc3RzIG9ubHk', {}, 'x'), 401, 'Unauthorized')
  expect((await send(gateway, 'GET', `/v1/blobs/${id}?token=Zm9yIHRlc3RzIG9ubHk`)).status).toBe(200)
  const foreign = { ...bearing, 'sec-fetch-site': 'cross-site' }
  expectRefusal(await send(gateway, 'GET', `/v1/blobs/${id}`, foreign), 403, 'Unauthorized')
  expectRefusal(await send({ ...gateway, port: door.port }, 'GET', `/v1/blobs/${id}`, bearing), 401, 'Unauthorized')
  expect(uploads).toEqual([])
})

test('GATE-33 what is not there or not allowed is refused by name', async () => {
  const { gateway } = await opened()
  expectRefusal(await send(gateway, 'GET', `/v1/blobs/blob:${'cd'.repeat(32)}`, bearing), 404, 'ArtifactNotFound')
  for (const path of [
    '/v1/blobs/',
    '/v1/blobs/x',
    '/v1/blobs/%00',
    '/v1/blobs/%zz',
    `/v1/blobs/doc:${'ab'.repeat(32)}`,
  ]) {
    expect((await send(gateway, 'GET', path, bearing)).status).toBe(404)
  }
  expectRefusal(await send(gateway, 'DELETE', `/v1/blobs/${id}`, bearing), 405, 'InvalidArguments')
  const away = await opened({ fault: refuse('PayloadNotLoaded') })
  expectRefusal(await send(away.gateway, 'GET', `/v1/blobs/${id}`, bearing), 404, 'PayloadNotLoaded')
  const full = await opened({ fault: refuse('DiskFull') })
  expectRefusal(await send(full.gateway, 'POST', '/v1/artifacts', bearing, 'x'), 507, 'DiskFull')
  const closed = await openTested()
  expectRefusal(await send(closed, 'GET', `/v1/blobs/${id}`, bearing), 503, 'StoreFailed')
})

test('GATE-34 an upload streams through, under the name it is given', async () => {
  const { gateway, uploads } = await opened()
  const sent = await send(gateway, 'POST', `/v1/artifacts?name=${encodeURIComponent('ö & b.png')}`, bearing, content)
  expect(JSON.parse(sent.text)).toEqual({ ok: true, value: { uploadId: 'u1', size: 200_000 } })
  expect(uploads[0]?.name).toBe('ö & b.png')
  expect(uploads[0]?.bytes.equals(content)).toBe(true)
})
