import { randomBytes } from 'node:crypto'
import { open, seal } from '../crypto/box.ts'
import { hex, utf8 } from '../crypto/bytes.ts'
import { digest } from '../crypto/digest.ts'
import { type PasswordLimits, passwordKey } from '../crypto/password.ts'
import { corrupt, OpenFailure } from './failure.ts'
import { bytesOf } from './hexadecimal.ts'

/** Seals and opens a few bytes by what the operating system keeps for this user (Electron's `safeStorage`). */
export type Keyring = { seal(bytes: Uint8Array): Uint8Array; open(bytes: Uint8Array): Uint8Array }

/** What the vault key is sealed under; with neither it lies open. A passphrase goes before a keyring. */
export type Protection = { readonly passphrase?: string | undefined; readonly keyring?: Keyring | undefined }

/**
 * `vault.key`: one line of JSON and the BLAKE3 of that line, so that damage is told from a wrong passphrase.
 * `plain`: the key itself. `passphrase`: nonce ‖ box under Argon2id of the passphrase. `keyring`: whatever it made.
 */
type KeyFile = { readonly form: 'plain' | 'keyring'; readonly key: string } | Passphrased

type Passphrased = PasswordLimits & { readonly form: 'passphrase'; readonly key: string; readonly salt: string }

export type VaultKey = { readonly key: Uint8Array; readonly form: KeyFile['form'] }

const context = utf8('indra vault key v1')
const keyLength = 32
const nonceLength = 24
/** RFC 9106's second choice but for the lanes, of which libsodium has one; and the most this will ever be asked for */
const limits = { ops: 3, memoryBytes: 64 * 1024 * 1024 }
const bounds = { ops: 16, memoryBytes: 1024 * 1024 * 1024 }

export function newVaultKey(): Uint8Array {
  return randomBytes(keyLength)
}

/** How a key is to be protected from now on. */
export function formOf(protection: Protection): KeyFile['form'] {
  if (protection.passphrase !== undefined) return 'passphrase'
  return protection.keyring ? 'keyring' : 'plain'
}

export function encodeKeyFile(key: Uint8Array, protection: Protection): Uint8Array {
  const line = JSON.stringify({ version: 1, ...protect(key, protection) })
  return utf8(`${line}\n${hex(digest(utf8(line)))}\n`)
}

/** Throws `VaultCorrupt` for a damaged file and `Unauthorized` when it can't be opened with what was given. */
export function decodeKeyFile(content: Uint8Array, protection: Protection): VaultKey {
  const file = parse(content)
  const key = unprotect(file, protection)
  if (key.length !== keyLength) throw corrupt('The key in vault.key has a wrong size.')
  return { key, form: file.form }
}

function protect(key: Uint8Array, { passphrase, keyring }: Protection): KeyFile {
  if (passphrase !== undefined) {
    const salt = randomBytes(16)
    const nonce = randomBytes(nonceLength)
    const box = seal(passwordKey(passphrase, salt, limits), nonce, key, context)
    return { form: 'passphrase', key: hex(nonce) + hex(box), salt: hex(salt), ...limits }
  }
  if (keyring) return { form: 'keyring', key: hex(keyring.seal(key)) }
  return { form: 'plain', key: hex(key) }
}

function unprotect(file: KeyFile, { passphrase, keyring }: Protection): Uint8Array {
  if (file.form === 'passphrase') return underPassphrase(file, passphrase)
  return file.form === 'keyring' ? underKeyring(file.key, keyring) : bytesOf(file.key)
}

function underKeyring(key: string, keyring: Keyring | undefined): Uint8Array {
  if (!keyring) throw unauthorized('This vault is sealed by the keychain of the system it was made on.')
  try {
    return keyring.open(bytesOf(key))
  } catch (cause) {
    throw unauthorized('The keychain did not open this vault.', cause)
  }
}

function underPassphrase(file: Passphrased, passphrase: string | undefined): Uint8Array {
  if (passphrase === undefined) throw unauthorized('This vault needs its passphrase.')
  const sealed = bytesOf(file.key)
  const under = passwordKey(passphrase, bytesOf(file.salt), file)
  const key = open(under, sealed.subarray(0, nonceLength), sealed.subarray(nonceLength), context)
  if (!key) throw unauthorized('That is not the passphrase of this vault.')
  return key
}

function parse(content: Uint8Array): KeyFile {
  const [line = '', sum] = Buffer.from(content).toString().split('\n')
  if (sum !== hex(digest(utf8(line)))) throw corrupt('The file vault.key is damaged.')
  const value: unknown = JSON.parse(line)
  const file = typeof value === 'object' && value !== null ? value : {}
  const { version, form, key, salt, ops, memoryBytes } = file as Record<string, unknown>
  if (version !== 1) throw newer()
  if (typeof key !== 'string') throw corrupt('The file vault.key holds no key.')
  if (form === 'plain' || form === 'keyring') return { form, key }
  const isBounded = within(ops, bounds.ops) && within(memoryBytes, bounds.memoryBytes)
  if (form !== 'passphrase' || typeof salt !== 'string' || !isBounded) throw newer()
  return { form, key, salt, ops: Number(ops), memoryBytes: Number(memoryBytes) }
}

function within(value: unknown, bound: number): boolean {
  return typeof value === 'number' && value > 0 && value <= bound
}

/** Without the usual advice, which speaks of surfaces. */
function unauthorized(message: string, cause?: unknown): OpenFailure {
  return new OpenFailure({ code: 'Unauthorized', message }, cause)
}

function newer(): OpenFailure {
  const message = 'The file vault.key was written by a newer Indra. Nothing was changed; update Indra to open it.'
  return new OpenFailure({ code: 'VaultCorrupt', message })
}
