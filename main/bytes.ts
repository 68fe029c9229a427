import { randomUUID } from 'node:crypto'
import { ok, type Result } from '../shared/fault.ts'
import { resultOf } from './bulk.ts'
import type { Happening } from './core/input.ts'
import type { Parts } from './parts.ts'

/** Files in and out, for doors: bytes stream past the core, which says what may be done and is told what was. */
export type Bytes = {
  /** Takes a file in. It belongs to nothing until `artifact.import` puts it somewhere. */
  upload(name: string, source: AsyncIterable<Uint8Array>): Promise<Result<{ uploadId: string; size: number }>>
  /** The content of a Leaf, fetched first where it is not here. */
  open(id: string): Promise<Result<OpenLeaf>>
}

type OpenLeaf = {
  readonly size: number
  readonly mime: string
  readonly name: string
  /** plaintext from `from` up to `to` */
  read(from: number, to: number): AsyncIterable<Uint8Array>
}

type Needs = Pick<Parts, 'random'> & {
  readonly vault: Pick<Parts['vault'], 'tables' | 'blobs'>
  take(happening: Happening): void
  ask(command: string, args: unknown): Promise<Result<unknown>>
}

export function openBytes({ vault, random, take, ask }: Needs): Bytes {
  return {
    async upload(name, source) {
      const room = (await ask('vault.room', {})) as Result<{ bytes: number; used: number }>
      if (!room.ok) return room
      const key = random()
      const file = await resultOf(
        vault.blobs.importStream(source, key, Math.max(0, room.value.bytes - room.value.used)),
      )
      if (!file.ok) return file
      const upload = randomUUID()
      take({ type: 'uploaded', upload, file: file.value, key, name })
      return ok({ uploadId: upload, size: file.value.size })
    },
    async open(id) {
      const fetched = (await ask('artifact.fetch', { id })) as Result<Omit<OpenLeaf, 'read'>>
      if (!fetched.ok) return fetched
      const { size, mime, name } = fetched.value
      return ok({ size, mime, name, read: (from, to) => read(id, from, to) })
    },
  }

  async function* read(id: string, from: number, to: number): AsyncGenerator<Uint8Array> {
    const blob = vault.tables.blobs.of(id as Parameters<typeof vault.tables.blobs.of>[0])[0]
    if (!blob) throw new Error('it was deleted meanwhile')
    try {
      yield* vault.blobs.read(blob, from, to)
    } catch (error) {
      if ((error as { fault?: { code: string } }).fault?.code === 'VaultCorrupt') {
        take({ type: 'blob-damaged', address: blob.address })
      }
      throw error
    }
  }
}
