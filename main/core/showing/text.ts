/** Longest message, in UTF-8 bytes. */
export const textLimit = 65_536
/** Longest name of anything, in UTF-8 bytes. */
export const nameLimit = 1_024

/** Bytes a string takes in UTF-8, without encoding it. */
export function utf8Length(text: string): number {
  let length = 0
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) length += 1
    else if (unit < 0x800) length += 2
    else if (unit >= 0xd800 && unit < 0xdc00) {
      length += 4
      index += 1
    } else length += 3
  }
  return length
}

/** Text that every encoding can carry: half of a pair that stands alone becomes U+FFFD, as encoders make it. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** Control and format characters: bidi overrides and zero-width ones too, but not the joiners of emoji and scripts. */
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A name as it is kept: one line, no control or direction-override characters, trimmed, NFC. */
export function cleanName(name: string): string {
  return wellFormed(name).replace(invisible, ' ').replace(/\s+/gu, ' ').trim().normalize('NFC')
}

/** A name from elsewhere: clean, and no longer than names may be. */
export function boundedName(name: string): string {
  const clean = cleanName(name.slice(0, nameLimit))
  if (utf8Length(clean) <= nameLimit) return clean
  let length = 0
  let end = 0
  for (const letter of clean) {
    length += utf8Length(letter)
    if (length > nameLimit) break
    end += letter.length
  }
  return clean.slice(0, end).trim()
}
