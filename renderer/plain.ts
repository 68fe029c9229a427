// Format characters that are seen, or that scripts and emoji cannot do without: joiners, tags, Arabic signs.
const needed = /^(?:\t|\n|\u200c|\u200d|[\u0600-\u0605]|\u06dd|\u070f|[\u{e0020}-\u{e007f}])$/u
// The rest steers terminals, reverses lines, or is invisible and makes one text look like another.
const steering = /[\p{Cc}\p{Cf}]/gu

/** A text by someone else, safe to show: nothing in it steers the line or the eye. */
export function plainText(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  return lines.replaceAll(steering, (character) => (needed.test(character) ? character : ''))
}

/** A name by someone else, on one line, with a limit to how long it may be shown. */
export function plainName(name: string): string {
  const line = plainText(name).replaceAll(/\s+/g, ' ').trim()
  return line.length > 120 ? `${[...line].slice(0, 119).join('')}…` : line
}
