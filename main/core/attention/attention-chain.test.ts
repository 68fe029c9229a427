import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeviceId, PlayerId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import { signingKeys } from '../../crypto/signature.ts'
import {
  type AttentionEvent,
  compareLogs,
  continues,
  noHash,
  parseAttention,
  signAttention,
} from './attention-chain.ts'

const keys = signingKeys(new Uint8Array(32).fill(7))
const author = 'aa'.repeat(32) as PlayerId
const tag = fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined })

function chainOf(tags: readonly (Uint8Array | undefined)[]): AttentionEvent[] {
  const events: AttentionEvent[] = []
  for (const [seq, to] of tags.entries()) {
    const last = events.at(-1)
    const fields = {
      author,
      device: hex(keys.publicKey) as DeviceId,
      incarnation: 1,
      seq,
      wallTime: seq,
      from: last?.to,
      to,
      prev: last?.hash ?? noHash,
    }
    events.push(signAttention(fields, keys.secretKey))
  }
  return events
}

test('ATTN-1 a chain reads back and every link continues the one before', () => {
  fc.assert(
    fc.property(fc.array(tag, { minLength: 1, maxLength: 8 }), (tags) => {
      const events = chainOf(tags)
      for (const [index, event] of events.entries()) {
        expect(parseAttention(event.bytes)).toEqual(event)
        expect(continues(events[index - 1], event)).toBe(true)
      }
    }),
    { numRuns: 50 },
  )
})

test('ATTN-3 any changed byte is no event any more', () => {
  const [event] = chainOf([new Uint8Array(16).fill(1)]) as [AttentionEvent]
  fc.assert(
    fc.property(fc.nat(event.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = new Uint8Array(event.bytes)
      changed[at] = (changed[at] ?? 0) ^ by
      expect(parseAttention(changed)).toBeUndefined()
    }),
  )
})

test('ATTN-3 you can only leave where you were: gaps, other starts, other chains and other places do not continue', () => {
  const [first, second, third] = chainOf([1, 2, 3].map((fill) => new Uint8Array(16).fill(fill))) as [
    AttentionEvent,
    AttentionEvent,
    AttentionEvent,
  ]
  expect(continues(first, third)).toBe(false)
  expect(continues(undefined, second)).toBe(false)
  expect(continues(second, second)).toBe(false)
  const { from: _, ...nowhere } = second
  const astray = signAttention({ ...nowhere, from: new Uint8Array(16).fill(9) }, keys.secretKey)
  const otherChain = signAttention({ ...second, incarnation: 2 }, keys.secretKey)
  expect(continues(first, astray)).toBe(false)
  expect(continues(first, otherChain)).toBe(false)
})

const hashes = fc.array(fc.nat(3), { maxLength: 8 }).map((list) => list.map((n) => digest(new Uint8Array([n]))))

test('ATTN-4 comparing logs: consistent, extended, diverged at the first mismatch; shorter is diverged only from its author', () => {
  fc.assert(
    fc.property(hashes, hashes, fc.boolean(), (held, offered, isAuthor) => {
      const mismatch = held.findIndex(
        (hash, index) => index < offered.length && hex(hash) !== hex(offered[index] ?? noHash),
      )
      const result = compareLogs(held, offered, isAuthor)
      if (mismatch >= 0) expect(result).toEqual({ state: 'diverged', firstMismatchIndex: mismatch })
      else if (offered.length === held.length) expect(result).toEqual({ state: 'consistent' })
      else if (offered.length > held.length)
        expect(result).toEqual({ state: 'extended', newEvents: offered.length - held.length })
      else if (isAuthor) expect(result).toEqual({ state: 'diverged', firstMismatchIndex: offered.length })
      else expect(result).toEqual({ state: 'behind', missing: held.length - offered.length })
    }),
  )
  expect(compareLogs(undefined, [], true)).toEqual({ state: 'noPriorReplica' })
})
