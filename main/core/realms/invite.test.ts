import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { formatInvite, type InviteCode, parseInvite } from './invite.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const code: fc.Arbitrary<InviteCode> = fc.record({
  realm: bytes.map((each) => `doc:${hex(each)}` as ArtifactId),
  seed: bytes,
  discovery: bytes,
  commitment: bytes,
  expiresAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  uses: fc.integer({ min: 0, max: 65_535 }),
})
const around = fc.string({
  unit: fc.constantFrom(' ', '\n', '\r', '\t', '"', "'", '“', '”', '‘', '’', '<', '>'),
  maxLength: 6,
})

test('INVITE-1 a code says the same however it was copied', () => {
  fc.assert(
    fc.property(code, around, around, fc.nat(), (said, before, after, where) => {
      const text = formatInvite(said)
      const at = where % text.length
      for (const copied of [text, `${before}${text}${after}`, `${text.slice(0, at)}\r\n  ${text.slice(at)}`]) {
        expect(parseInvite(copied)).toEqual({ ok: true, value: said })
      }
    }),
  )
})

test('INVITE-1 a code that was changed anywhere is none', () => {
  fc.assert(
    fc.property(code, fc.nat(), fc.constantFrom(...'ABab01-_'), (said, where, letter) => {
      const text = formatInvite(said)
      const at = 'indra:realm:'.length + (where % (text.length - 'indra:realm:'.length))
      fc.pre(text[at] !== letter)
      for (const changed of [text.slice(0, at) + letter + text.slice(at + 1), text.slice(0, at), text + letter]) {
        expect(parseInvite(changed)).toMatchObject({ ok: false, fault: { code: 'InvalidCode' } })
      }
    }),
  )
})

test('INVITE-1 any other text is refused by name', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.string().map((text) => `indra:${text}`),
        fc.base64String().map((text) => `indra:realm:${text}`),
      ),
      (text) => {
        expect(parseInvite(text)).toMatchObject({ ok: false, fault: { code: 'InvalidCode' } })
      },
    ),
  )
})
