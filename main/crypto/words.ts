import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Bytes } from './bytes.ts'

/** The 24 English words of BIP-39 for 32 bytes of entropy. Throws on another size. */
export function wordsOf(entropy: Bytes): string[] {
  if (entropy.length !== 32) throw new RangeError(`24 words hold 32 bytes, not ${entropy.length}`)
  return entropyToMnemonic(entropy, wordlist).split(' ')
}

/** The 32 bytes of 24 words in any case and spacing (one string may hold several); `undefined` for a wrong word, count or checksum. */
export function entropyOf(words: readonly string[]): Bytes | undefined {
  const phrase = words.join(' ').normalize('NFKD').toLowerCase().trim().split(/\s+/)
  if (phrase.length !== 24) return undefined
  try {
    return mnemonicToEntropy(phrase.join(' '), wordlist)
  } catch {
    return undefined
  }
}
