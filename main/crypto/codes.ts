import { base64urlnopad, bech32m } from '@scure/base'
import { type Bytes, concat, equal } from './bytes.ts'
import { digest } from './digest.ts'

const PREFIX = 'indra'
const CHECKSUM = 4
const LONGEST_PASTE = 8_192
/** What mail programs, chats and people put around a code: spaces, quotes, brackets, invisible marks. */
const WRAPPING = /[\s"'`<>“”„‟‘’‚‛«»‹›\p{Cf}]/u

/** A player's 32-byte public key as people pass it on: bech32m (BIP-350), prefix `indra`, 64 characters. */
export function identityCode(publicKey: Bytes): string {
  if (publicKey.length !== 32) throw new RangeError(`a public key has 32 bytes, not ${publicKey.length}`)
  return bech32m.encode(PREFIX, bech32m.toWords(publicKey))
}

/**
 * Reads an identity code as pasted: any case, quoted, broken over lines, after `indra:` or `indra://`, before `?name=`
 * (percent-decoded; left out when empty or not decodable; not checked further, it is whatever a stranger wrote).
 * `undefined` for anything else: other prefix, length or checksum, a bech32 checksum included.
 */
export function parseIdentityCode(code: string): { publicKey: Bytes; name?: string } | undefined {
  if (code.length > LONGEST_PASTE) return undefined
  const [head = '', ...query] = unwrapped(code)
    .replace(/[\r\n\t]/g, '')
    .split('?')
  const publicKey = decoded(head.replace(/\s/g, '').toLowerCase())
  if (!publicKey) return undefined
  const name = nameIn(query.join('?'))
  return name ? { publicKey, name } : { publicKey }
}

/** `bytes` and the first 4 bytes of their digest, as base64url without padding: for secrets that people copy. */
export function armor(bytes: Bytes): string {
  return base64urlnopad.encode(concat(bytes, digest(bytes).subarray(0, CHECKSUM)))
}

/** What `armor` was given; `undefined` for any other text: spaces, padding, spare bits, a wrong checksum. */
export function unarmor(text: string): Bytes | undefined {
  const whole = decodedBase64(text)
  if (!whole || whole.length < CHECKSUM) return undefined
  const bytes = whole.slice(0, -CHECKSUM)
  return equal(digest(bytes).subarray(0, CHECKSUM), whole.subarray(-CHECKSUM)) ? bytes : undefined
}

function unwrapped(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && WRAPPING.test(text.charAt(start))) start++
  while (start < end && WRAPPING.test(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

function decoded(link: string): Bytes | undefined {
  const code = link.replace(/^indra:(\/\/)?/, '').replace(/\/$/, '')
  if (!code.startsWith(`${PREFIX}1`)) return undefined
  try {
    const { prefix, bytes } = bech32m.decodeToBytes(code)
    return prefix === PREFIX && bytes.length === 32 ? bytes : undefined
  } catch {
    return undefined
  }
}

function nameIn(query: string): string | undefined {
  const field = query.split('&').find((part) => part.toLowerCase().startsWith('name='))
  try {
    return field && decodeURIComponent(field.slice('name='.length))
  } catch {
    return undefined
  }
}

function decodedBase64(text: string): Bytes | undefined {
  try {
    const bytes = base64urlnopad.decode(text)
    return base64urlnopad.encode(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}
