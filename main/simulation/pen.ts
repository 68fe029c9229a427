import { type EnvelopeHead, envelopeHash, envelopeHead, signEnvelope } from '../core/logs/envelope.ts'
import { seal } from '../crypto/box.ts'
import type { Bytes } from '../crypto/bytes.ts'
import { type Canonical, encode } from '../crypto/canonical.ts'
import type { World } from './world.ts'

type Keys = { readonly publicKey: Bytes; readonly secretKey: Bytes }

export type PenSettings = {
  readonly world: World
  readonly tag: Bytes
  readonly keys: Keys
  readonly incarnation: number
  readonly position: number
  readonly epoch: number
  readonly key: Bytes
}

/** Anything about one envelope that is to be other than honest. */
export type Stroke = Partial<EnvelopeHead> & {
  /** the sealed payload; `plain` for bytes that are not even canonical */
  readonly payload?: Canonical
  readonly plain?: Bytes
  readonly key?: Bytes
  /** who signs it, where that is not the device it names */
  readonly signer?: Keys
}

/** A writer log made by hand: properly chained, sealed and signed, except where a stroke says otherwise. */
export class Pen {
  readonly envelopes: Bytes[] = []
  readonly settings: PenSettings
  clock = 0

  constructor(settings: PenSettings) {
    this.settings = settings
  }

  get head(): Bytes {
    const last = this.envelopes.at(-1)
    return last ? envelopeHash(last) : new Uint8Array(32)
  }

  /** The next envelope, kept. */
  write(stroke: Stroke): Bytes {
    const bytes = this.draft(stroke)
    this.envelopes.push(bytes)
    return bytes
  }

  /** The next envelope, not kept. */
  draft(stroke: Stroke): Bytes {
    const { world, tag, keys, incarnation, epoch, key } = this.settings
    const { payload = null, plain, signer = keys, key: sealing = key, ...over } = stroke
    const head = {
      kind: 'writer' as const,
      tag,
      device: keys.publicKey,
      incarnation,
      seq: this.envelopes.length,
      epoch,
      prev: this.head,
      nonce: world.bytes(24),
      open: new Uint8Array(0),
      ...over,
    }
    const associated = envelopeHead(head)
    return signEnvelope(associated, seal(sealing, head.nonce, plain ?? encode(payload), associated), signer.secretKey)
  }

  /** An entry with an honest header, of any kind. */
  entry(kind: string, ...fields: Canonical[]): Bytes {
    return this.write({ payload: this.header(kind, ...fields) })
  }

  header(kind: string, ...fields: Canonical[]): Canonical[] {
    this.clock += 1
    return [this.settings.position, this.clock, this.settings.world.now, kind, ...fields]
  }

  say(text: string, nonce = this.settings.world.bytes(16)): Bytes {
    return this.entry('message', nonce, text, null)
  }

  /** Another continuation of the same log after its first `length` envelopes. */
  fork(length: number, over: Partial<PenSettings> = {}): Pen {
    const other = new Pen({ ...this.settings, ...over })
    other.envelopes.push(...this.envelopes.slice(0, length))
    other.clock = this.clock
    return other
  }
}
