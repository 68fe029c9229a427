import fc from 'fast-check'
import { expect, it } from 'vitest'
import { equal } from '../../crypto/bytes.ts'
import { addressOf, isDepositable, mailboxFrom, openOuter, outerLimit, sealOuter } from './outer-envelope.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const item = fc.uint8Array({ minLength: 1, maxLength: 300 })

it('KEEP-1 an item opens with its mailbox alone, and is the same bytes whoever seals it', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), item, (secret, other, content) => {
      fc.pre(!equal(secret, other))
      const sealed = sealOuter(mailboxFrom(secret), content)
      expect(sealOuter(mailboxFrom(secret), content)).toEqual(sealed)
      expect(addressOf(sealed)).toEqual(mailboxFrom(secret).address)
      expect(isDepositable(sealed)).toBe(true)
      expect(openOuter(mailboxFrom(secret), sealed)).toEqual(content)
      expect(openOuter(mailboxFrom(other), sealed)).toBeUndefined()
    }),
    { numRuns: 100 },
  )
})

it('KEEP-1 an item with any byte changed is not deposited and does not open', () => {
  fc.assert(
    fc.property(bytes(32), item, fc.nat(), fc.integer({ min: 1, max: 255 }), (secret, content, where, change) => {
      const sealed = sealOuter(mailboxFrom(secret), content)
      const at = where % sealed.length
      sealed[at] = (sealed[at] ?? 0) ^ change
      expect(isDepositable(sealed)).toBe(false)
      const isInSignature = at >= sealed.length - 64
      if (!isInSignature) expect(openOuter(mailboxFrom(secret), sealed)).toBeUndefined()
    }),
    { numRuns: 200 },
  )
})

it('KEEP-1 what has not the form of an item has no mailbox', () => {
  const mailbox = mailboxFrom(new Uint8Array(32))
  expect(addressOf(new Uint8Array(0))).toBeUndefined()
  expect(addressOf(sealOuter(mailbox, new Uint8Array(5)).subarray(0, 137))).toBeUndefined()
  expect(addressOf(new Uint8Array(outerLimit + 1).fill(1))).toBeUndefined()
  expect(addressOf(sealOuter(mailbox, new Uint8Array(outerLimit)))).toBeUndefined()
})
