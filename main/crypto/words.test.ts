import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, hex } from './bytes.ts'
import { entropyOf, wordsOf } from './words.ts'

/** The 24-word English vectors that BIP-39 refers to. */
const VECTORS = [
  ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
  [
    '7f'.repeat(32),
    `${'legal winner thank year wave sausage worth useful '.repeat(2)}legal winner thank year wave sausage worth title`,
  ],
  [
    '80'.repeat(32),
    `${'letter advice cage absurd amount doctor acoustic avoid '.repeat(2)}letter advice cage absurd amount doctor acoustic bless`,
  ],
  ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
  [
    '68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c',
    'hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length',
  ],
  [
    '9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863',
    'panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside',
  ],
  [
    'f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f',
    'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold',
  ],
] as const

test.each(VECTORS)('WORDS-1 BIP-39 vector %s', (entropy, phrase) => {
  expect(wordsOf(fromHex(entropy)).join(' ')).toBe(phrase)
  expect(hex(entropyOf(phrase.split(' ')) ?? new Uint8Array(0))).toBe(entropy)
})

test('WORDS-2 words go both ways and may be typed in any case and spacing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (entropy) => {
      const words = wordsOf(entropy)
      expect(words).toHaveLength(24)
      expect(entropyOf(words)).toEqual(entropy)
      expect(entropyOf([`  ${words.join(' \n ').toUpperCase()}\t`])).toEqual(entropy)
      expect(entropyOf(words.map((word) => ` ${word.charAt(0).toUpperCase()}${word.slice(1)} `))).toEqual(entropy)
    }),
  )
})

test('WORDS-3 a wrong word, order, count or checksum is refused', () => {
  const words = wordsOf(fromHex('68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c'))
  expect(entropyOf([...words.slice(0, 23), 'zoo'])).toBeUndefined()
  expect(entropyOf([...words.slice(0, 23), 'indra'])).toBeUndefined()
  expect(entropyOf(words.slice(0, 23))).toBeUndefined()
  expect(entropyOf([...words, 'zoo'])).toBeUndefined()
  expect(entropyOf(words.toReversed())).toBeUndefined()
  expect(entropyOf([])).toBeUndefined()
  expect(entropyOf([''])).toBeUndefined()
  expect(entropyOf(['\uD800'])).toBeUndefined()
  expect(entropyOf([...Array<string>(11).fill('abandon'), 'about'])).toBeUndefined()
})

test('WORDS-4 entropy of another size throws', () => {
  for (const size of [0, 16, 31, 33]) expect(() => wordsOf(new Uint8Array(size))).toThrow(RangeError)
})
