import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, equal, fromHex, uint } from '../../crypto/bytes.ts'
import { signingKeys } from '../../crypto/signature.ts'
import { type EnvelopeHead, envelopeHash, envelopeHead, isSigned, parseEnvelope, signEnvelope } from './envelope.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const whole = fc.record({
  kind: fc.constantFrom('authority' as const, 'writer' as const),
  tag: bytes(16),
  seed: bytes(32),
  incarnation: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  seq: fc.integer({ min: 0, max: 2 ** 47 }),
  epoch: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  prev: bytes(32),
  nonce: bytes(24),
  open: fc.uint8Array({ maxLength: 200 }),
  sealed: fc.uint8Array({ minLength: 16, maxLength: 200 }),
})

function build({ seed, sealed, ...rest }: Omit<EnvelopeHead, 'device'> & { seed: Uint8Array; sealed: Uint8Array }) {
  const { publicKey, secretKey } = signingKeys(seed)
  return signEnvelope(envelopeHead({ ...rest, device: publicKey }), sealed, secretKey)
}

test('ENV-1 what is built is read back field by field, and is signed', () => {
  fc.assert(
    fc.property(whole, (parts) => {
      const { kind, incarnation, seq, epoch, tag, prev, nonce, open, sealed, seed } = parts
      const made = build(parts)
      const read = parseEnvelope(made)
      if (!read) throw new Error('not read')
      expect(read).toMatchObject({ kind, incarnation, seq, epoch, bytes: made })
      expect([read.tag, read.prev, read.nonce, read.open, read.sealed]).toEqual([tag, prev, nonce, open, sealed])
      expect(fromHex(read.device)).toEqual(signingKeys(seed).publicKey)
      expect(read.associated).toEqual(made.subarray(0, 128 + open.length))
      expect(isSigned(read)).toBe(true)
    }),
  )
})

test('ENV-2 nothing shorter is an envelope, and nothing longer is the same one', () => {
  fc.assert(
    fc.property(whole, fc.uint8Array({ minLength: 1, maxLength: 20 }), (parts, more) => {
      const made = build(parts)
      for (const length of [0, 1, 127, 128, 143, 207]) expect(parseEnvelope(made.subarray(0, length))).toBeUndefined()
      for (const changed of [made.subarray(0, -1), made.subarray(1), concat(made, more)]) {
        const read = parseEnvelope(changed)
        expect(read && isSigned(read)).toBeFalsy()
      }
    }),
    { numRuns: 50 },
  )
})

test('ENV-3 a change of any byte makes it another envelope, that nobody signed', () => {
  fc.assert(
    fc.property(whole, fc.nat(), fc.integer({ min: 1, max: 255 }), (parts, where, by) => {
      const made = build(parts)
      const changed = made.slice()
      const at = where % made.length
      changed[at] = (changed[at] ?? 0) ^ by
      const read = parseEnvelope(changed)
      expect(read && isSigned(read)).toBeFalsy()
      expect(equal(envelopeHash(changed), envelopeHash(made))).toBe(false)
    }),
    { numRuns: 300 },
  )
})

test('ENV-4 other versions and kinds, reserved bytes, places beyond the last and lengths beyond the end are refused', () => {
  const made = build({
    kind: 'writer',
    tag: new Uint8Array(16),
    seed: new Uint8Array(32),
    incarnation: 1,
    seq: 1,
    epoch: 1,
    prev: new Uint8Array(32),
    nonce: new Uint8Array(24),
    open: new Uint8Array(4),
    sealed: new Uint8Array(16),
  })
  const over = (at: number, ...patch: number[]) =>
    concat(made.subarray(0, at), Uint8Array.from(patch), made.subarray(at + patch.length))
  expect(parseEnvelope(made)).toBeDefined()
  for (const version of [0, 2, 255]) expect(parseEnvelope(over(0, version))).toBeUndefined()
  for (const kind of [2, 255]) expect(parseEnvelope(over(1, kind))).toBeUndefined()
  for (const at of [50, 51]) expect(parseEnvelope(over(at, 1))).toBeUndefined()
  expect(parseEnvelope(over(58, 255, 255, 255, 255, 255, 255))).toBeUndefined()
  for (const length of [5, 100, 2 ** 31, 2 ** 32 - 1])
    expect(parseEnvelope(over(124, ...uint(length, 4)))).toBeUndefined()
  expect(parseEnvelope(concat(made, new Uint8Array(1_048_577 - made.length)))).toBeUndefined()
  expect(parseEnvelope(concat(made, new Uint8Array(1_048_576 - made.length)))).toBeDefined()
})
