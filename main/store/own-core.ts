import { randomBytes } from 'node:crypto'
import type Hypercore from 'hypercore'
import { equal } from '../crypto/bytes.ts'
import { signingKeys } from '../crypto/signature.ts'
import type { CoreLedger, CoreRecord } from './core-ledger.ts'
import { type CoreStorage, storageFailure } from './core-storage.ts'
import { corrupt } from './failure.ts'
import type { Note } from './note.ts'

/** This device's attention log as it is open now. */
export type OwnCore = {
  readonly key: Uint8Array
  length(): number
  /** `from` may be anywhere up to `length`; events that are there already are only compared */
  append(from: number, events: readonly Uint8Array[]): Promise<void>
  replicate(stream: Hypercore.Connection): void
  close(): Promise<void>
}

/**
 * The core begun last, if it still holds at least what it once did and nothing speaks against appending to it. A writer
 * that has lost its tail and goes on signs a second past, and every replica of it closes for good.
 */
export async function resumeCore(
  store: CoreStorage,
  ledger: CoreLedger,
  record: CoreRecord,
  expected: number,
  note: Note,
): Promise<OwnCore | undefined> {
  if (record.isSpoiled) return undefined
  const opened = await openOwn(store, record, false)
  try {
    await opened.session.ready()
    const { length } = opened.session
    if (length >= Math.max(expected, record.length) && (await isReadable(opened.session))) {
      return ownCore(opened, ledger, record, note)
    }
    note('the attention log has lost events', { had: Math.max(expected, record.length), has: length })
  } catch (error) {
    note('the attention log could not be read', { error: String(error) })
  }
  await closeQuietly(opened)
  return undefined
}

/** A new and empty core under a new key. */
export async function beginCore(store: CoreStorage, ledger: CoreLedger, note: Note): Promise<OwnCore> {
  const record = ledger.begin(randomBytes(32))
  const opened = await openOwn(store, record, true)
  try {
    await opened.session.ready()
  } catch (error) {
    throw storageFailure(error)
  }
  return ownCore(opened, ledger, record, note)
}

type Opened = { readonly key: Uint8Array; readonly core: Hypercore.Core; readonly session: Hypercore }

/** The secret key is given to the session only: a core that is given one writes it to its store, unsealed. */
async function openOwn({ Core, storage }: CoreStorage, record: CoreRecord, createIfMissing: boolean): Promise<Opened> {
  const keyPair = signingKeys(record.seed)
  const key = new Uint8Array(Core.key(keyPair.publicKey))
  const manifest = { signers: [{ publicKey: keyPair.publicKey }] }
  const core = Core.createCore(storage, { key, manifest, createIfMissing })
  return { key, core, session: new Core({ core, keyPair }) }
}

/** Whether the last block is there: RocksDB cuts a damaged log off without a word. */
async function isReadable(session: Hypercore): Promise<boolean> {
  const { length } = session
  if (length === 0) return true
  return (await session.has(0, length)) && (await session.get(length - 1, { wait: false })) !== null
}

function ownCore({ key, core, session }: Opened, ledger: CoreLedger, begun: CoreRecord, note: Note): OwnCore {
  let record = begun
  session.on('conflict', (length) => {
    note('two attention logs of this device exist under one key', { length })
    record = ledger.spoiled(record)
  })

  async function compare(from: number, events: readonly Uint8Array[]): Promise<void> {
    for (const [index, event] of events.entries()) {
      const block = await session.get(from + index, { wait: false })
      if (!block || !equal(block, event)) throw corrupt(`The attention log holds another event at ${from + index}.`)
    }
  }

  return {
    key,
    length: () => session.length,
    async append(from, events) {
      const held = session.length - from
      if (held < 0) throw new RangeError(`a gap before ${from} in an attention log of ${session.length}`)
      try {
        await compare(from, events.slice(0, held))
        const fresh = events.slice(held)
        if (fresh.length > 0) await session.append(fresh)
      } catch (error) {
        throw storageFailure(error)
      }
      record = ledger.grown(record, session.length)
    },
    replicate: (stream) => void session.replicate(stream),
    close: () => closeQuietly({ core, session }),
  }
}

async function closeQuietly({ core, session }: Pick<Opened, 'core' | 'session'>): Promise<void> {
  await session.close().catch(() => {})
  await core.close().catch(() => {})
}
