import { type Fault, fault, ok, type Result } from '../shared/fault.ts'
import type { BlobEffect, BlobKey } from './core/effect.ts'
import type { Happening, KeptFile } from './core/input.ts'

/** Files beside the vault, as the loop needs them. What fails throws an error that carries `fault`. */
export type BlobFiles = {
  importFile(path: string, key: Uint8Array, limit: number): Promise<KeptFile>
  importStream(source: AsyncIterable<Uint8Array>, key: Uint8Array, limit: number): Promise<KeptFile>
  exportTo(blob: BlobKey, path: string): Promise<void>
  read(blob: BlobKey, from: number, to: number): AsyncGenerator<Uint8Array>
  piece(address: Uint8Array, index: number | 'manifest'): Promise<Uint8Array>
  openPart(
    blob: BlobKey,
    manifest: Uint8Array | undefined,
  ): Promise<{ readonly manifest: Uint8Array; readonly has: readonly number[] } | undefined>
  keepChunk(address: Uint8Array, index: number, sealed: Uint8Array): Promise<void>
  finishPart(address: Uint8Array, hash: Uint8Array): Promise<boolean>
  demote(address: Uint8Array): Promise<void>
  drop(address: Uint8Array): Promise<void>
  list(): Promise<{ readonly whole: readonly Uint8Array[]; readonly parts: readonly Uint8Array[] }>
}

export type BytesAsk = {
  readonly number: number
  readonly name: Uint8Array
  readonly address: Uint8Array
  readonly index: number
}

/** The part of one connection on which bytes go. */
export type BulkLine = {
  ask(question: BytesAsk, limit: number): void
  forget(number: number): void
  tell(number: number, load: () => Promise<Uint8Array | undefined>): void
}

type BulkParts = {
  readonly blobs: BlobFiles
  line(connection: number): BulkLine | undefined
  take(happening: Happening): void
  note(text: string, about?: unknown): void
}

/** Moves bytes between disk and connections as the core says, and reports what came of it. */
export function performBulk({ blobs, line, take, note }: BulkParts, effect: BlobEffect): void {
  switch (effect.type) {
    case 'import-file': {
      const { job, path, key, limit } = effect
      return void resultOf(blobs.importFile(path, key, limit)).then((result) =>
        take({ type: 'file-imported', job, result }),
      )
    }
    case 'export-blob': {
      const { job, path, blob } = effect
      return void resultOf(blobs.exportTo(blob, path)).then((result) => {
        if (!result.ok && result.fault.code === 'VaultCorrupt') take({ type: 'blob-damaged', address: blob.address })
        take({ type: 'blob-exported', job, result: result.ok ? ok(undefined) : result })
      })
    }
    case 'open-part':
    case 'keep-chunk':
    case 'finish-part':
      return void resultOf(fill(blobs, effect)).then((result) => {
        const address = effect.type === 'open-part' ? effect.blob.address : effect.address
        take(result.ok ? result.value : { type: 'part-failed', address, fault: result.fault })
      })
    case 'drop-blob':
      return void blobs.drop(effect.address).catch((error) => note('a file could not be deleted', error))
    case 'demote-blob':
      return void blobs.demote(effect.address).catch((error) => note('a file could not be put aside', error))
    case 'ask-bytes': {
      const { connection, number, name, address, index, limit } = effect
      const bulk = line(connection)
      return bulk ? bulk.ask({ number, name, address, index }, limit) : undefined
    }
    case 'forget-ask':
      return line(effect.connection)?.forget(effect.number)
    case 'tell-bytes': {
      const { address, index } = effect
      return line(effect.connection)?.tell(effect.number, () => load(blobs, take, address, index))
    }
    case 'deny-bytes':
      return line(effect.connection)?.tell(effect.number, async () => undefined)
    default:
      return effect satisfies never
  }
}

async function fill(
  blobs: BlobFiles,
  effect: Extract<BlobEffect, { type: 'open-part' | 'keep-chunk' | 'finish-part' }>,
): Promise<Happening> {
  if (effect.type === 'open-part') {
    const part = await blobs.openPart(effect.blob, effect.manifest)
    return { type: 'part-opened', address: effect.blob.address, part }
  }
  const { address } = effect
  if (effect.type === 'keep-chunk') {
    await blobs.keepChunk(address, effect.index, effect.bytes)
    return { type: 'chunk-kept', address, index: effect.index }
  }
  return { type: 'part-finished', address, isRight: await blobs.finishPart(address, effect.hash) }
}

async function load(
  blobs: BlobFiles,
  take: BulkParts['take'],
  address: Uint8Array,
  index: number,
): Promise<Uint8Array | undefined> {
  const result = await resultOf(blobs.piece(address, index < 0 ? 'manifest' : index))
  if (result.ok) return result.value
  if (result.fault.code === 'VaultCorrupt') take({ type: 'blob-damaged', address })
  return undefined
}

/** What the world did not let happen, as data; a bug is one here too, for nobody else could answer for it. */
export async function resultOf<T>(work: Promise<T>): Promise<Result<T>> {
  try {
    return ok(await work)
  } catch (error) {
    const known = (error as { fault?: Fault } | undefined)?.fault
    const text = error instanceof Error ? error.message : String(error)
    return { ok: false, fault: known ?? fault('StoreFailed', text) }
  }
}
