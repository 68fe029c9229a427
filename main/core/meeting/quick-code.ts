import { type Bytes, utf8 } from '../../crypto/bytes.ts'
import { derive } from '../../crypto/digest.ts'

/** Six digits shown or typed on this device: they live as long as they are good, and are nowhere kept. */
export type Quick = {
  /** shown here, oldest first, with how many wrong tries were heard for each */
  shown: { readonly digits: string; readonly madeAt: number; wrong: number }[]
  /** typed here, and when */
  typed: { readonly digits: string; readonly at: number } | undefined
  /** when digits were typed lately */
  tries: number[]
}

export type Exchange = {
  readonly isHost: boolean
  readonly nonce: Bytes
  commitment: Bytes | undefined
  /** six digits to be compared, once both numbers are known */
  check: string | undefined
  name: string
  readonly at: number
}

/** How long digits are good, in milliseconds: those of this minute and those of the last. */
export const accepted = 120_000
const mostWrong = 16

export function newQuick(): Quick {
  return { shown: [], typed: undefined, tries: [] }
}

export function openDigits(quick: Quick, now: number): Quick['shown'] {
  return quick.shown.filter((each) => now - each.madeAt < accepted && each.wrong < mostWrong)
}

/** A secret for each of the digits, to meet and knock with. */
export function quickSecrets(quick: Quick, now: number): { shown: Bytes[]; typed: Bytes[] } {
  const { typed } = quick
  return {
    shown: openDigits(quick, now).map(({ digits }) => secretOf(digits)),
    typed: typed !== undefined && now - typed.at < accepted ? [secretOf(typed.digits)] : [],
  }
}

export function secretOf(digits: string): Bytes {
  return derive('indra quick v1', utf8(digits))
}

/** Somebody tried what leads nowhere: after a few such the digits lead nowhere either. */
export function wrongTry(quick: Quick): void {
  for (const each of quick.shown) each.wrong += 1
}
