import type { PushEvent } from '../../shared/contract.ts'
import type { Result } from '../../shared/fault.ts'
import type { DeviceId } from '../../shared/ids.ts'
import type { ConnectionId, DocumentKey } from './input.ts'

/**
 * What to do. `run` performs effects in order, after the transaction that `step` wrote its tables in is durable: so
 * nothing is answered, sent or shown that a crash could take back.
 */
export type Effect =
  | { readonly type: 'answer'; readonly client: number; readonly call: number; readonly result: Result<unknown> }
  | { readonly type: 'push'; readonly event: PushEvent }
  | { readonly type: 'send'; readonly connection: ConnectionId; readonly frame: Uint8Array }
  | { readonly type: 'hang-up'; readonly connection: ConnectionId; readonly reason: string }
  /** the whole set of topics and devices wanted from now on; the swarm leaves what is not named */
  | {
      readonly type: 'seek'
      readonly topics: readonly Topic[]
      readonly devices: readonly DeviceId[]
      /** where keepers listen for who has no other way */
      readonly sockets: readonly { readonly url: string; readonly device: DeviceId | undefined }[]
    }
  /** replicate attention logs over this connection: the other end is a mutual peer */
  | { readonly type: 'replicate'; readonly connection: ConnectionId }
  /** keep these attention logs (public keys of Hypercores) read-only; leave all others */
  | { readonly type: 'follow'; readonly cores: readonly Uint8Array[] }
  /** append events to this device's attention log, the first at index `from` */
  | { readonly type: 'attend'; readonly from: number; readonly events: readonly Uint8Array[] }
  /** begin a new attention log for this device, empty, under a new key */
  | { readonly type: 'rotate-attention' }
  | { readonly type: 'open-document'; readonly key: DocumentKey }
  /** changes accepted into a document, or the whole of it when it was rebuilt */
  | {
      readonly type: 'keep-document'
      readonly key: DocumentKey
      readonly changes: readonly Uint8Array[]
      readonly anew: boolean
    }
  /** what those who have a text open live are to hold from now on as well; nothing of it any more without changes */
  | { readonly type: 'surface'; readonly document: string; readonly changes: readonly Uint8Array[] | undefined }
  /** a document has more to decide: hand it in again once others had their turn */
  | { readonly type: 'settle-document'; readonly key: DocumentKey }
  /** write a backup, and answer when it is durable */
  | {
      readonly type: 'back-up'
      readonly client: number
      readonly call: number
      readonly path: string
      readonly passphrase: string
    }
  /** write everything into a new folder, and answer when it is durable */
  | { readonly type: 'export-vault'; readonly client: number; readonly call: number; readonly path: string }
  | { readonly type: 'wake'; readonly at: number }
  | BlobEffect
  | {
      readonly type: 'note'
      readonly level: 'info' | 'warn'
      readonly text: string
      readonly about?: Record<string, string | number>
    }

/** `announce` = be found under it, `lookup` = find those who are. */
export type Topic = { readonly topic: Uint8Array; readonly announce: boolean; readonly lookup: boolean }

/** What opens bytes that are kept sealed under their address. */
export type BlobKey = { readonly address: Uint8Array; readonly size: number; readonly key: Uint8Array }

/** Bulk: bytes pass from disk to connection and back; each piece of it is asked for, or given, by name. */
export type BlobEffect =
  | {
      readonly type: 'import-file'
      readonly job: number
      readonly path: string
      readonly key: Uint8Array
      /** bytes it may have */
      readonly limit: number
    }
  | { readonly type: 'export-blob'; readonly job: number; readonly blob: BlobKey; readonly path: string }
  /** goes on with what is here of it, or begins under this manifest */
  | { readonly type: 'open-part'; readonly blob: BlobKey; readonly manifest: Uint8Array | undefined }
  | {
      readonly type: 'keep-chunk'
      readonly address: Uint8Array
      readonly index: number
      readonly bytes: Uint8Array
    }
  /** all of it is here: it is kept if its plaintext has this hash */
  | { readonly type: 'finish-part'; readonly address: Uint8Array; readonly hash: Uint8Array }
  | { readonly type: 'drop-blob'; readonly address: Uint8Array }
  /** what is whole becomes a part again */
  | { readonly type: 'demote-blob'; readonly address: Uint8Array }
  /** chunk `index`, or the manifest for −1, from the other end: of at most `limit` bytes */
  | {
      readonly type: 'ask-bytes'
      readonly connection: ConnectionId
      readonly number: number
      readonly name: Uint8Array
      readonly address: Uint8Array
      readonly index: number
      readonly limit: number
    }
  /** whatever comes of that question is of no use any more */
  | { readonly type: 'forget-ask'; readonly connection: ConnectionId; readonly number: number }
  | {
      readonly type: 'tell-bytes'
      readonly connection: ConnectionId
      readonly number: number
      readonly address: Uint8Array
      readonly index: number
    }
  | { readonly type: 'deny-bytes'; readonly connection: ConnectionId; readonly number: number }
