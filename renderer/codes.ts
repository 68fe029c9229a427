/** What a pasted text seems to be: told while one types. The core decides what it is. */
export type CodeKind = 'none' | 'person' | 'realm' | 'unknown'

export function codeKind(text: string): CodeKind {
  const code = text.replaceAll(/[\s"'`“”‘’«»]/g, '').toLowerCase()
  if (code === '') return 'none'
  if (code.startsWith('indra:realm:')) return 'realm'
  return /^(?:indra:(?:\/\/)?)?indra1/.test(code) ? 'person' : 'unknown'
}
