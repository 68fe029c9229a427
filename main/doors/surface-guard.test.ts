import { deflateRawSync } from 'node:zlib'
import * as Automerge from '@automerge/automerge'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openTested, token } from './gateway.fixture.ts'
import { mayPass } from './surface-guard.ts'

const message = { type: 'sync', senderId: 'window', targetId: 'core', documentId: 'known', data: Uint8Array.of(1) }
const passes = (each: unknown) => mayPass(each, 'window', 'core', (document) => document === 'known')

function deflated(bytes: number): Uint8Array {
  const body = deflateRawSync(Buffer.alloc(bytes))
  const length: number[] = []
  for (let rest = body.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest)
    if (rest <= 127) break
  }
  return Buffer.concat([Uint8Array.of(0x42, 0, 0, 0, 1, 0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 2, ...length), body])
}

test('DOC-4 a surface speaks for itself, to us, about documents it was given', () => {
  expect(passes(message)).toBe(true)
  for (const lie of [
    { senderId: 'another window' },
    { targetId: 'another window' },
    { documentId: 'unknown' },
    { documentId: undefined },
    { type: 'remote-heads-changed' },
    { type: 'join' },
    { data: 'text' },
    { data: new Uint8Array(0) },
  ]) {
    expect(passes({ ...message, ...lie }), JSON.stringify(lie)).toBe(false)
  }
  for (const nonsense of [undefined, null, 5, 'text', []]) expect(passes(nonsense)).toBe(false)
})

test('LIMIT-1 what a surface sends unfolds to 16 MiB at most', () => {
  let doc = Automerge.from({ text: '' })
  doc = Automerge.change(doc, (draft) => Automerge.splice(draft, ['text'], 0, 0, 'some words '.repeat(2_000)))
  let [, sync] = Automerge.generateSyncMessage(doc, Automerge.initSyncState())
  const empty = Automerge.init<{ text: string }>()
  let theirs = Automerge.initSyncState()
  let ours = Automerge.initSyncState()
  ;[ours, sync] = Automerge.generateSyncMessage(empty, ours)
  if (sync) [doc, theirs] = Automerge.receiveSyncMessage(doc, theirs, sync)
  ;[theirs, sync] = Automerge.generateSyncMessage(doc, theirs)
  expect(Automerge.decodeSyncMessage(sync ?? new Uint8Array(0)).changes.length).toBeGreaterThan(0)
  expect(passes({ ...message, data: deflated(1_000_000) })).toBe(true)
  const start = performance.now()
  const before = process.memoryUsage().rss
  expect(passes({ ...message, data: deflated(16_777_217) })).toBe(false)
  expect(passes({ ...message, data: deflated(2 ** 26) })).toBe(false)
  expect(process.memoryUsage().rss - before).toBeLessThan(1_500_000_000)
  expect(performance.now() - start).toBeLessThan(60_000)
  expect(passes({ ...message, data: Automerge.save(doc) })).toBe(true)
})

test('DOC-4 a socket without the token, or of another site, is not opened', async () => {
  const gateway = await openTested(undefined, undefined, () => {})
  const tried = (address: string, options: ConstructorParameters<typeof WebSocket>[2] = {}) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}${address}`, options)
      socket.once('open', () => resolve('open'))
      socket.once('error', (error) => resolve(error.message))
      socket.once('open', () => socket.close())
    })
  expect(await tried(`/v1/documents?token=${token}`)).toBe('open')
  expect(await tried('/v1/documents', { headers: { authorization: `Bearer ${token}` } })).toBe('open')
  expect(await tried('/v1/documents')).toContain('401')
  expect(await tried('/v1/documents?token=wrong')).toContain('401')
  expect(await tried(`/v1/commands?token=${token}`)).toContain('404')
  expect(await tried(`/v1/documents?token=${token}`, { origin: 'https://evil.example' })).toContain('403')
  expect(await tried(`/v1/documents?token=${token}`, { headers: { host: 'evil.example' } })).toContain('403')
})
