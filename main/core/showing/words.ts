/** Words longer than this are told apart by their first letters. */
const longest = 40
/** Letters looked at of one text, and distinct words kept of it. */
const mostLetters = 262_144
const mostWords = 4_096

/** Scripts that write words without spaces between them: each of their letters is a word. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u
const word = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu

/** The distinct words of a text, folded: compatibility forms, case and accents make no difference. */
export function wordsIn(text: string): string[] {
  const found = new Set<string>()
  for (const [each] of fold(text.slice(0, mostLetters)).matchAll(word)) {
    for (const part of split(each)) {
      if (found.size >= mostWords) return [...found]
      found.add([...part].slice(0, longest).join(''))
    }
  }
  return [...found]
}

/** A stretch of `text` around the first of the words, cut between letters. */
export function snippet(text: string, words: readonly string[], length: number): string {
  const letters = [...text.slice(0, mostLetters).replace(/\s+/gu, ' ')]
  const at = letters.findIndex((_, index) => isStart(letters, index) && begins(letters, index, words))
  const from = Math.max(0, Math.min(at - 24, letters.length - length))
  const end = Math.min(letters.length, from + length)
  return `${from > 0 ? '…' : ''}${letters.slice(from, end).join('').trim()}${end < letters.length ? '…' : ''}`
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
}

function split(each: string): string[] {
  return unspaced.test(each) ? [...each].filter((letter) => letter.trim() !== '') : [each]
}

function isStart(letters: readonly string[], index: number): boolean {
  const before = letters[index - 1]
  return before === undefined || !/[\p{L}\p{N}\p{M}]/u.test(before) || unspaced.test(letters[index] ?? '')
}

function begins(letters: readonly string[], index: number, words: readonly string[]): boolean {
  const here = fold(letters.slice(index, index + longest).join(''))
  return words.some((each) => here.startsWith(each))
}
