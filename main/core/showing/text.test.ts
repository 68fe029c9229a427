import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../crypto/bytes.ts'
import { boundedName, cleanName, nameLimit, utf8Length, wellFormed } from './text.ts'

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  // lone halves of pairs too
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\u202eevil\u202c', 'a\u200bb\ufeffc', 'e\u0301', '👩‍👩‍👧', '\u0000\n\r\t', '   ', 'ﬁ', '\u0958'),
)

test('TEXT-1 the length in UTF-8 is that of the encoding', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(utf8Length(wellFormed(text))).toBe(utf8(text).length)
    }),
  )
})

test('TEXT-2 well-formed text has no half pairs, and is left alone when it had none', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(wellFormed(text)).not.toMatch(/\p{Surrogate}/u)
      expect(wellFormed(wellFormed(text))).toBe(wellFormed(text))
      if (!/\p{Surrogate}/u.test(text)) expect(wellFormed(text)).toBe(text)
    }),
  )
})

test('TEXT-3 a clean name is one visible line, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const name = cleanName(text)
      expect(name).not.toMatch(/\p{Cc}|\p{Surrogate}|[\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/u)
      expect(name).toBe(name.trim())
      expect(name).not.toMatch(/\s\s/u)
      expect(name.normalize('NFC')).toBe(name)
      expect(cleanName(name)).toBe(name)
    }),
  )
  expect(cleanName('👩‍👩‍👧 \u202egnp.exe')).toBe('👩‍👩‍👧 gnp.exe')
  expect(cleanName('\u0000 \n')).toBe('')
})

test('TEXT-4 a name from elsewhere is clean and no longer than names may be, cut between letters', () => {
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 400 }), (text, times) => {
      const name = boundedName(text.repeat(times))
      expect(utf8(name).length).toBeLessThanOrEqual(nameLimit)
      expect(name).not.toMatch(/\p{Surrogate}/u)
      expect(cleanName(name)).toBe(name)
      const whole = cleanName(text)
      if (times === 1 && utf8Length(whole) <= nameLimit) expect(boundedName(text)).toBe(whole)
    }),
  )
  expect(boundedName('🜁'.repeat(10_000))).toBe('🜁'.repeat(256))
})
