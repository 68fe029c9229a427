import type { Fault, Result } from '../../shared/fault.ts'
import type { DeviceId } from '../../shared/ids.ts'

/** One connection to one device, numbered by the swarm; never reused within a run. */
export type ConnectionId = number & { readonly __brand?: 'ConnectionId' }

/** Names a document among all: artifact key (`ArtifactRow.key`) and the right it carries (AUTH-6). */
export type DocumentKey = `${number}/${DocumentName}`
export type DocumentName = 'spine' | 'places' | 'text'

/** Something that happened. Time and chance come with it: `step` asks nobody. */
export type Input = {
  /** milliseconds since the epoch */
  readonly now: number
  /** 32 fresh random bytes; everything random in this step is derived from them */
  readonly random: Uint8Array
} & Happening

export type Happening =
  | { readonly type: 'started' }
  | {
      readonly type: 'asked'
      readonly client: number
      readonly call: number
      readonly command: string
      readonly args: unknown
    }
  | { readonly type: 'woke' }
  /** what was made of the logs is damaged or of another version: it is made again */
  | { readonly type: 'projections-lost' }
  | {
      readonly type: 'connected'
      readonly connection: ConnectionId
      /** authenticated by the connection's own handshake */
      readonly device: DeviceId
      /** unique to this connection, known to both ends only */
      readonly handshake: Uint8Array
      /** hex of the topics this side looked the other up under; empty for connections that came in or were dialled */
      readonly topics: readonly string[]
    }
  | { readonly type: 'disconnected'; readonly connection: ConnectionId }
  | { readonly type: 'received'; readonly connection: ConnectionId; readonly frame: Uint8Array }
  /** the disposable cache of a document was read; absent when it had none or a damaged one */
  | { readonly type: 'document-opened'; readonly key: DocumentKey; readonly saved: Uint8Array | undefined }
  /** the turn of a document that had more to decide */
  | { readonly type: 'document-due'; readonly key: DocumentKey }
  /** what surfaces of this device did in a text that they have open */
  | { readonly type: 'surface-told'; readonly document: string; readonly changes: readonly Uint8Array[] }
  /** this device's attention log was opened, or shortened by damage: `length` events are safely in it */
  | { readonly type: 'attention-opened'; readonly core: Uint8Array; readonly length: number; readonly rotated: boolean }
  /** blocks `from`… of a followed attention log came in */
  | {
      readonly type: 'attention-arrived'
      readonly core: Uint8Array
      readonly from: number
      readonly events: readonly Uint8Array[]
    }
  | BlobHappening
  /** the network came or went */
  | { readonly type: 'network-changed'; readonly online: boolean }

/** A file that was read, sealed and is on the disk: what the store says of it. */
export type KeptFile = {
  /** BLAKE3 of its content */
  readonly hash: Uint8Array
  readonly size: number
  readonly address: Uint8Array
  /** its first bytes */
  readonly head: Uint8Array
}

export type BlobHappening =
  /** what lies beside the vault, whole and in parts; comes once, before anything is asked */
  | {
      readonly type: 'blobs-listed'
      readonly whole: readonly Uint8Array[]
      readonly parts: readonly Uint8Array[]
    }
  | { readonly type: 'file-imported'; readonly job: number; readonly result: Result<KeptFile> }
  | {
      readonly type: 'uploaded'
      readonly upload: string
      readonly file: KeptFile
      readonly key: Uint8Array
      readonly name: string
    }
  | { readonly type: 'blob-exported'; readonly job: number; readonly result: Result<undefined> }
  | {
      readonly type: 'part-opened'
      readonly address: Uint8Array
      readonly part: { readonly manifest: Uint8Array; readonly has: readonly number[] } | undefined
    }
  | { readonly type: 'chunk-kept'; readonly address: Uint8Array; readonly index: number }
  | { readonly type: 'part-finished'; readonly address: Uint8Array; readonly isRight: boolean }
  /** bytes on their way could not be written */
  | { readonly type: 'part-failed'; readonly address: Uint8Array; readonly fault: Fault }
  | { readonly type: 'blob-damaged'; readonly address: Uint8Array }
  | {
      readonly type: 'bytes-asked'
      readonly connection: ConnectionId
      readonly number: number
      readonly name: Uint8Array
      readonly address: Uint8Array
      readonly index: number
    }
  /** the answer to a question: all of it, or the word that there is none, or more than was asked for */
  | {
      readonly type: 'bytes-came'
      readonly connection: ConnectionId
      readonly number: number
      readonly bytes: Uint8Array | undefined
    }
