const mostBytes = 80
/** Names that Windows gives to devices, whatever comes after a dot. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/**
 * What others called something, as one part of a path on any system: no separators, control or invisible characters,
 * nothing hidden or reserved, nothing too long. It leads nowhere but into the folder it is put in.
 */
export function exportName(name: string, otherwise: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
  const short = trimmed(shortened(trimmed(plain)))
  if (short === '') return otherwise
  return reserved.test(short) ? `_${short}` : short
}

/** The same, with its ending kept where it has one. */
export function exportFileName(name: string, otherwise: string): string {
  const [, stem, ending] = /^(.*)(\.[A-Za-z0-9]{1,10})$/s.exec(name) ?? ['', name, '']
  return `${exportName(stem ?? '', otherwise)}${ending ?? ''}`
}

function trimmed(text: string): string {
  return text.replace(/^[\s.]+|[\s.]+$/g, '')
}

function shortened(text: string): string {
  let bytes = 0
  let kept = ''
  for (const each of text) {
    bytes += Buffer.byteLength(each)
    if (bytes > mostBytes) break
    kept += each
  }
  return kept
}
