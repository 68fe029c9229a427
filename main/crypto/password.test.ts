import { argon2id } from '@noble/hashes/argon2.js'
import { expect, test } from 'vitest'
import { hex, utf8 } from './bytes.ts'
import { passwordKey } from './password.ts'

const salt = utf8('sixteen bytes ok')
const light = { ops: 2, memoryBytes: 64 * 1024 }

test('PASS-1 agrees with an independent Argon2id', () => {
  for (const passphrase of ['', 'correct horse battery staple', 'pässwörd 🔑']) {
    const expected = argon2id(utf8(passphrase.normalize('NFKC')), salt, { t: 2, m: 64, p: 1, dkLen: 32 })
    expect(hex(passwordKey(passphrase, salt, light))).toBe(hex(expected))
  }
})

test('PASS-2 the default is 3 passes over 64 MiB', () => {
  const explicit = passwordKey('x', salt, { ops: 3, memoryBytes: 67_108_864 })
  expect(passwordKey('x', salt)).toEqual(explicit)
})

test('PASS-3 passphrase, salt and limits each change the key; how a letter was composed does not', () => {
  const key = hex(passwordKey('é', salt, light))
  expect(hex(passwordKey('e\u0301', salt, light))).toBe(key)
  expect(hex(passwordKey('e', salt, light))).not.toBe(key)
  expect(hex(passwordKey('é', utf8('another salt 16.'), light))).not.toBe(key)
  expect(hex(passwordKey('é', salt, { ...light, ops: 3 }))).not.toBe(key)
})

test('PASS-4 a wrong size of salt or limit throws', () => {
  expect(() => passwordKey('x', new Uint8Array(15), light)).toThrow()
  expect(() => passwordKey('x', salt, { ops: 1, memoryBytes: 1_024 })).toThrow()
})
