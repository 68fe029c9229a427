import { base64urlnopad, bech32, bech32m } from '@scure/base'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, equal } from './bytes.ts'
import { armor, identityCode, parseIdentityCode, unarmor } from './codes.ts'
import { digest } from './digest.ts'

const publicKey = Uint8Array.from({ length: 32 }, (_, i) => i * 7)
const code = identityCode(publicKey)
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })

/** BIP-350: valid strings, whose prefixes are not ours. */
const OTHER_PREFIX = [
  'A1LQFN3A',
  'a1lqfn3a',
  'an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6',
  'abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx',
  '11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8',
  'split1checkupstagehandshakeupstreamerranterredcaperredlc445v',
  '?1v759aa',
]
/** BIP-350: invalid strings. */
const INVALID = [
  '\u00201xj0phk',
  '\u007F1g6xzxy',
  '\u00801vctc34',
  'qyrz8wqd2c9m',
  '1qyrz8wqd2c9m',
  'y1b0jsk6g',
  'lt1igcx5c0',
  'in1muywd',
  'mm1crxm3i',
  'au1s5cgom',
  'M1VUXWEZ',
  '16plkw9',
  '1p2gdwpf',
]

test('CODE-1 an identity code is 64 characters of bech32m that give the key back', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const text = identityCode(key)
      expect(text).toMatch(/^indra1[02-9ac-hj-np-z]{58}$/)
      expect(parseIdentityCode(text)).toEqual({ publicKey: key })
      expect(bech32m.decodeToBytes(text).bytes).toEqual(key)
    }),
  )
})

test.each([
  ['upper case', code.toUpperCase()],
  ['mixed case', code.replace(/[a-z]/g, (letter, at: number) => (at % 3 ? letter : letter.toUpperCase()))],
  ['spaces around', ` \t${code}\n `],
  ['straight quotes', `"${code}"`],
  ['typographic quotes', `“${code}”`],
  ['other quotes', `«‘${code}’»`],
  ['angle brackets', `<indra://${code}>`],
  ['invisible marks', `\u200B\uFEFF${code}\u200E`],
  ['line breaks inside', `${code.slice(0, 20)}\r\n  ${code.slice(20, 50)}\n${code.slice(50)}`],
  ['a link', `indra://${code}`],
  ['a link with a slash', `indra://${code}/`],
  ['a short scheme', `indra:${code}`],
  ['a shouted link', `INDRA://${code.toUpperCase()}`],
  ['an empty query', `${code}?`],
  ['an empty name', `indra://${code}?name=`],
  ['a name that cannot be decoded', `indra://${code}?name=%E0%A4%A`],
  ['another field', `indra://${code}?nickname=x`],
])('CODE-2 accepted: %s', (_what, pasted) => {
  expect(parseIdentityCode(pasted)).toEqual({ publicKey })
})

test('CODE-3 a name travels percent-encoded', () => {
  fc.assert(
    fc.property(keys, fc.string({ unit: 'grapheme', minLength: 1 }), (key, name) => {
      const link = ` "indra://${identityCode(key)}?name=${encodeURIComponent(name)}&" `
      expect(parseIdentityCode(link)).toEqual({ publicKey: key, name })
    }),
  )
  expect(parseIdentityCode(`${code}?v=1&NAME=Ada%20%26%20Bob%3F&x=2`)).toEqual({ publicKey, name: 'Ada & Bob?' })
})

test.each([...OTHER_PREFIX, ...INVALID])('CODE-4 refused BIP-350 string %s', (text) => {
  expect(parseIdentityCode(text)).toBeUndefined()
})

test.each([
  ['nothing', ''],
  ['the scheme alone', 'indra://'],
  ['the prefix alone', 'indra1'],
  ['the checksum of bech32', bech32.encode('indra', bech32.toWords(publicKey))],
  ['another prefix', bech32m.encode('indri', bech32m.toWords(publicKey))],
  ['a prefix that continues ours', bech32m.encode('indra1', bech32m.toWords(publicKey))],
  ['31 bytes', bech32m.encode('indra', bech32m.toWords(publicKey.subarray(1)))],
  ['33 bytes', bech32m.encode('indra', bech32m.toWords(concat(publicKey, Uint8Array.of(0))))],
  ['spare bits that are not zero', bech32m.encode('indra', [...bech32m.toWords(publicKey).slice(0, -1), 31])],
  ['a word too many', bech32m.encode('indra', [...bech32m.toWords(publicKey), 0])],
  ['cut at the end', code.slice(0, -1)],
  ['cut at the start', code.slice(1)],
  ['another scheme', `https://${code}`],
  ['an invite', `indra:realm:${code}`],
  ['the scheme twice', `indra:indra://${code}`],
  ['a path', `indra://${code}/x`],
  ['two codes', `${code} ${code}`],
  ['very long', ' '.repeat(9_000) + code],
])('CODE-5 refused: %s', (_what, text) => {
  expect(parseIdentityCode(text)).toBeUndefined()
})

test('CODE-6 every single wrong, swapped or doubled character is noticed', () => {
  for (let at = 'indra1'.length; at < code.length; at++) {
    for (const letter of 'qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio') {
      if (letter === code.charAt(at)) continue
      expect(parseIdentityCode(code.slice(0, at) + letter + code.slice(at + 1))).toBeUndefined()
    }
    expect(parseIdentityCode(code.slice(0, at) + code.charAt(at) + code.slice(at))).toBeUndefined()
    const swapped = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
    if (swapped !== code) expect(parseIdentityCode(swapped)).toBeUndefined()
  }
})

test('CODE-7 hostile text never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (before, after) => {
      parseIdentityCode(before)
      parseIdentityCode(`indra:${before}?name=${after}`)
      expect(unarmor(before) === undefined || armor(unarmor(before) ?? publicKey) === before).toBe(true)
    }),
  )
})

test('CODE-8 a key of another size throws', () => {
  for (const size of [0, 31, 33]) expect(() => identityCode(new Uint8Array(size))).toThrow(RangeError)
})

test('ARMOR-1 bytes go both ways as base64url with four bytes of their digest', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = armor(bytes)
      expect(text).toMatch(/^[A-Za-z0-9_-]+$/)
      expect(unarmor(text)).toEqual(bytes)
      expect(base64urlnopad.decode(text)).toEqual(concat(bytes, digest(bytes).subarray(0, 4)))
    }),
  )
})

test('ARMOR-2 every other character at every place is refused', () => {
  const text = armor(Uint8Array.of(1, 2, 3, 4, 5, 6, 250, 251))
  for (let at = 0; at < text.length; at++) {
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= \n') {
      if (letter === text.charAt(at)) continue
      expect(unarmor(text.slice(0, at) + letter + text.slice(at + 1))).toBeUndefined()
    }
    expect(unarmor(text.slice(0, at))).toBeUndefined()
  }
})

test('ARMOR-3 spaces, padding, the other alphabet and spare bits are refused', () => {
  const bytes = Uint8Array.of(0xfb, 0xff, 0xfe, 9)
  const text = armor(bytes)
  for (const wrong of [` ${text}`, `${text}\n`, `${text}=`, `${text}A`, '', 'A', 'AAAA', 'AA==']) {
    expect(unarmor(wrong)).toBeUndefined()
  }
  expect(text).toMatch(/[-_]/)
  expect(unarmor(text.replaceAll('-', '+').replaceAll('_', '/'))).toBeUndefined()
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const spare = text.slice(0, -1) + alphabet.charAt(alphabet.indexOf(text.slice(-1)) + 1)
  expect(equal(unarmor(text) ?? publicKey, bytes)).toBe(true)
  expect(unarmor(spare)).toBeUndefined()
})
