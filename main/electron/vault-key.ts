import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { safeStorage } from 'electron'
import { type Fault, fault, ok, type Result } from '../../shared/fault.ts'

/**
 * The secret that seals the vault's key, 32 bytes as base64url: kept in `file` under the system's keychain, made where
 * there is none, durable before it is given. `undefined` where the system has no keychain: then nothing can be sealed and
 * the vault says so (`sealed: false`). Refuses when the keychain does not open the file, or it cannot be written.
 */
export async function keychainSecret(file: string): Promise<Result<string | undefined>> {
  if (!(await hasKeychain())) return ok(undefined)
  const kept = read(file)
  if (!kept.ok) return kept
  if (!kept.value) return keep(file, randomBytes(32).toString('base64url'))
  try {
    const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(kept.value)
    return shouldReEncrypt ? keep(file, result) : ok(result)
  } catch (error) {
    return { ok: false, fault: locked(file, error) }
  }
}

/** Chromium's `basic_text` is a password that stands in its source: as good as none. */
async function hasKeychain(): Promise<boolean> {
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend()
    if (backend === 'basic_text' || backend === 'unknown') return false
  }
  return safeStorage.isAsyncEncryptionAvailable()
}

function read(file: string): Result<Buffer | undefined> {
  try {
    return ok(readFileSync(file))
  } catch (error) {
    return isMissing(error) ? ok(undefined) : { ok: false, fault: unusable(file, error) }
  }
}

async function keep(file: string, secret: string): Promise<Result<string>> {
  try {
    write(file, await safeStorage.encryptStringAsync(secret))
    return ok(secret)
  } catch (error) {
    return { ok: false, fault: unusable(file, error) }
  }
}

/** Whole or not at all, and on the disk: the vault is about to depend on it. */
function write(file: string, content: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const handle = openSync(`${file}.new`, 'w', 0o600)
  try {
    writeSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(`${file}.new`, file)
  if (process.platform !== 'win32') syncFolder(dirname(file))
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function locked(file: string, error: unknown): Fault {
  const message = `The keychain of this system did not open ${file}: ${reason(error)}. Unlock it and start again.`
  return { code: 'Unauthorized', message }
}

function unusable(file: string, error: unknown): Fault {
  return fault('StoreFailed', `The file ${file} could not be used: ${reason(error)}.`)
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
