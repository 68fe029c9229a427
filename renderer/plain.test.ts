import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainName, plainText } from './plain.ts'

describe('plain', () => {
  it('TEXT-1 nothing that steers terminals or reverses lines is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(plainText(text)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]/)
        expect(
          [...plainText(text)].some((character) => character < ' ' && character !== '\n' && character !== '\t'),
        ).toBe(false)
      }),
    )
  })

  it('TEXT-2 what people write stays: emoji sequences, flags, Persian joiners, line breaks', () => {
    for (const text of ['👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', 'می‌خواهم', 'two\nlines', 'שלום', 'e\u0301'])
      expect(plainText(text)).toBe(text)
    expect(plainText('a\r\nb\rc')).toBe('a\nb\nc')
  })

  it('TEXT-3 a name is one line, and not longer than can be shown', () => {
    expect(plainName('  Ana \n of\tthe kiln ')).toBe('Ana of the kiln')
    expect([...plainName('x'.repeat(10_000))].length).toBe(120)
    expect(plainName('\u202e\u0000')).toBe('')
  })
})
