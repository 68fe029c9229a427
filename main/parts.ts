import type { BlobFiles, BulkLine, BytesAsk } from './bulk.ts'
import type { Effect } from './core/effect.ts'
import type { DocumentKey } from './core/input.ts'
import type { Tables } from './core/tables.ts'

/** The outside worlds, as the loop needs them; each is one folder, none knows another. */
export type Parts = {
  readonly vault: {
    readonly tables: Tables
    readonly sealed: boolean
    /** all or nothing, durable when it returns; throws an error carrying `fault` when it could not be written */
    transaction<T>(work: () => T): T
    backup(path: string, passphrase: string): Promise<{ bytes: number }>
    readonly documents: {
      open(key: DocumentKey): Promise<Uint8Array | undefined>
      keep(key: DocumentKey, changes: readonly Uint8Array[], anew: boolean): void
    }
    readonly attention: {
      /** `expected`: events known to be in it by other means than its own; none here */
      open(expected: number): Promise<AttentionOpened>
      append(from: number, events: readonly Uint8Array[]): Promise<void>
      rotate(): Promise<AttentionOpened>
      follow(
        cores: readonly Uint8Array[],
        onEvents: (core: Uint8Array, from: number, events: Uint8Array[]) => void,
      ): void
      replicate(stream: unknown): void
    }
    readonly blobs: BlobFiles
    /** a new folder in the making; throws an error carrying `fault` where none can be */
    exportFolder(path: string, folders: readonly string[]): Promise<ExportFolder>
    close(): Promise<void>
  }
  openSwarm(seed: Uint8Array, on: SwarmEvents): Promise<SwarmPart>
  now(): number
  random(): Uint8Array
  note(level: 'info' | 'warn' | 'error', text: string, about?: unknown): void
}

type ExportFolder = {
  pathOf(name: string): string
  append(name: string, text: string): Promise<void>
  finish(): Promise<void>
  abandon(): Promise<void>
}

type AttentionOpened = { readonly core: Uint8Array; readonly length: number; readonly rotated: boolean }

export type SwarmEvents = {
  connected(connection: { connection: number; device: string; handshake: Uint8Array; topics: string[] }): void
  disconnected(connection: number): void
  received(connection: number, frame: Uint8Array): void
  bytesAsked(connection: number, question: BytesAsk): void
  bytesCame(connection: number, number: number, bytes: Uint8Array | undefined): void
  online(online: boolean): void
}

type Seek = Extract<Effect, { type: 'seek' }>

export type SwarmPart = {
  send(connection: number, frame: Uint8Array): void
  hangUp(connection: number): void
  bulk(connection: number): BulkLine | undefined
  seek(topics: Seek['topics'], devices: readonly string[], sockets: Seek['sockets']): void
  stream(connection: number): unknown
  close(): Promise<void>
}
