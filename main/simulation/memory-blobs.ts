import { refuse } from '../../shared/fault.ts'
import type { BlobEffect, BlobKey } from '../core/effect.ts'
import type { Happening, KeptFile } from '../core/input.ts'
import { concat, equal, hex } from '../crypto/bytes.ts'
import {
  addressOf,
  chunkBytes,
  chunkCount,
  encodeManifest,
  hashAt,
  openChunk,
  parseManifest,
  sealChunk,
} from '../crypto/chunks.ts'
import { digest } from '../crypto/digest.ts'

type Sealed = { readonly manifest: Uint8Array; readonly chunks: (Uint8Array | undefined)[]; readonly key: Uint8Array }

/** How one end of a connection hands something to the other. */
export type Carry = (connection: number, make: (connection: number) => Happening) => void

/** The files of a simulated person and of their vault, without a disk: what was kept outlives a crash. */
export class MemoryBlobs {
  /** what the person has, by path */
  readonly files = new Map<string, Uint8Array>()
  readonly whole = new Map<string, Sealed>()
  readonly parts = new Map<string, Sealed>()
  /** the disk takes nothing any more */
  isFull = false
  /** what a dishonest person's program gives instead of what it was asked for */
  forge: ((bytes: Uint8Array, index: number) => Uint8Array) | undefined
  /** questions that came, for tests that look at the wire */
  readonly asked: { readonly address: string; readonly index: number }[] = []

  list(): Happening {
    const addresses = (map: ReadonlyMap<string, unknown>) => [...map.keys()].map((name) => bytesOf(name))
    return { type: 'blobs-listed', whole: addresses(this.whole), parts: addresses(this.parts) }
  }

  perform(effect: BlobEffect, take: (happening: Happening) => void, carry: Carry): void {
    switch (effect.type) {
      case 'import-file':
        return take({ type: 'file-imported', job: effect.job, result: this.#import(effect) })
      case 'export-blob':
        this.files.set(effect.path, this.read(effect.blob))
        return take({ type: 'blob-exported', job: effect.job, result: { ok: true, value: undefined } })
      case 'open-part':
        return take({ type: 'part-opened', address: effect.blob.address, part: this.#open(effect) })
      case 'keep-chunk':
        return this.#keep(effect, take)
      case 'finish-part':
        return take({ type: 'part-finished', address: effect.address, isRight: this.#finish(effect) })
      case 'drop-blob':
        this.whole.delete(hex(effect.address))
        return void this.parts.delete(hex(effect.address))
      case 'demote-blob': {
        const sealed = this.whole.get(hex(effect.address))
        this.whole.delete(hex(effect.address))
        return void (sealed && this.parts.set(hex(effect.address), sealed))
      }
      case 'ask-bytes':
      case 'forget-ask':
      case 'tell-bytes':
      case 'deny-bytes':
        return this.#say(effect, carry)
      default:
        return effect satisfies never
    }
  }

  /** The content of what is kept here. */
  read({ address, size, key }: BlobKey): Uint8Array {
    const chunks = this.whole.get(hex(address))?.chunks ?? []
    const last = chunkCount(size) - 1
    return concat(...chunks.map((chunk, index) => (chunk && openChunk(key, index, index === last, chunk)) ?? damaged()))
  }

  #say(effect: Extract<BlobEffect, { connection: number }>, carry: Carry): void {
    const { connection, number } = effect
    if (effect.type === 'forget-ask') return
    if (effect.type === 'ask-bytes') {
      const { name, address, index } = effect
      return carry(connection, (other) => ({ type: 'bytes-asked', connection: other, number, name, address, index }))
    }
    const bytes = effect.type === 'tell-bytes' ? this.#piece(effect.address, effect.index) : undefined
    carry(connection, (other) => ({ type: 'bytes-came', connection: other, number, bytes }))
  }

  #piece(address: Uint8Array, index: number): Uint8Array | undefined {
    const sealed = this.whole.get(hex(address))
    const bytes = index < 0 ? sealed?.manifest : sealed?.chunks[index]
    return bytes && this.forge ? this.forge(bytes, index) : bytes
  }

  #import({ path, key, limit }: Extract<BlobEffect, { type: 'import-file' }>) {
    const bytes = this.files.get(path)
    if (!bytes) return refuse('InvalidArguments', 'There is no such file.')
    if (bytes.length > limit) return refuse('TooLarge')
    if (this.isFull) return refuse('DiskFull')
    return { ok: true, value: this.seal(bytes, key) } as const
  }

  /** Sealed and kept, as an import does. */
  seal(bytes: Uint8Array, key: Uint8Array): KeptFile {
    const count = chunkCount(bytes.length)
    const chunks = Array.from({ length: count }, (_, index) =>
      sealChunk(key, index, index === count - 1, bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
    )
    const manifest = encodeManifest({ size: bytes.length, hashes: concat(...chunks.map(digest)) })
    const address = addressOf(manifest)
    this.whole.set(hex(address), { manifest, chunks, key })
    return { hash: digest(bytes), size: bytes.length, address, head: bytes.subarray(0, 262_144) }
  }

  #open({ blob, manifest }: Extract<BlobEffect, { type: 'open-part' }>) {
    const name = hex(blob.address)
    const known = this.parts.get(name)
    const part = known ?? (manifest && { manifest, chunks: [], key: blob.key })
    const parsed = part && parseManifest(part.manifest)
    if (!part || !parsed) return undefined
    this.parts.set(name, part)
    const has = [...part.chunks.keys()].filter((index) => {
      const chunk = part.chunks[index]
      return chunk && equal(digest(chunk), hashAt(parsed, index))
    })
    return { manifest: part.manifest, has }
  }

  #keep({ address, index, bytes }: Extract<BlobEffect, { type: 'keep-chunk' }>, take: (happening: Happening) => void) {
    if (this.isFull) return take({ type: 'part-failed', address, fault: refuse('DiskFull').fault })
    const part = this.parts.get(hex(address))
    if (part) part.chunks[index] = bytes
    take({ type: 'chunk-kept', address, index })
  }

  #finish({ address, hash }: Extract<BlobEffect, { type: 'finish-part' }>): boolean {
    const part = this.parts.get(hex(address))
    const manifest = part && parseManifest(part.manifest)
    if (!part || !manifest) return false
    const last = chunkCount(manifest.size) - 1
    const plain = part.chunks.map((chunk, index) => chunk && openChunk(part.key, index, index === last, chunk))
    if (!plain.every((each) => each !== undefined) || !equal(digest(concat(...plain)), hash)) return false
    this.parts.delete(hex(address))
    this.whole.set(hex(address), part)
    return true
  }
}

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(Buffer.from(name, 'hex'))
}

function damaged(): never {
  throw new Error('damaged')
}
