import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wellFormed } from './text.ts'
import { snippet, wordsIn } from './words.ts'

test('VAULT-3 words are folded and bounded', () => {
  expect(wordsIn('Crème BRÛLÉE, crème—2×!')).toEqual(['creme', 'brulee', '2'])
  expect(wordsIn('東京タワー')).toEqual(['東', '京', 'タ', 'ワ', 'ー'])
  expect(wordsIn('😀 ok')).toEqual(['😀', 'ok'])
  expect(wordsIn('x'.repeat(10_000))).toEqual(['x'.repeat(40)])
  expect(wordsIn(Array.from({ length: 9_000 }, (_, n) => `w${n}`).join(' '))).toHaveLength(4_096)
})

test('TREE-6 a snippet never cuts inside a character and shows the word it was found by', () => {
  const text = `${'😀🏽 é '.repeat(60)}needle ${'ß 🜁 '.repeat(60)}`
  const shown = snippet(text, ['need'], 40)
  expect(shown).toContain('needle')
  expect(wellFormed(shown)).toBe(shown)
  expect([...shown].length).toBeLessThanOrEqual(42)
})

test('VAULT-3 any text has words that are found in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const words = wordsIn(text)
      expect(new Set(words).size).toBe(words.length)
      for (const word of words) expect(wordsIn(word)).toEqual([word])
      const clean = wellFormed(text)
      expect(wellFormed(snippet(clean, words, 30))).toBe(snippet(clean, words, 30))
    }),
  )
})
