import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ask, faultOn, finish, folder, Program, serve } from './host.fixture.ts'

const env = { INDRA_BACKUP_PASSPHRASE: 'a long sentence' }

async function value(host: { url: string; token: string }, type: string, args: unknown = {}) {
  return z.object({ ok: z.literal(true), value: z.record(z.string(), z.unknown()) }).parse(await ask(host, type, args))
    .value
}

test('a backup of a vault in use is restored as another device of the same player, with everything in it', async () => {
  const [data, other, out] = [folder(), folder(), folder()]
  const file = join(out, 'vault.backup')
  const first = serve(data, ['--name', 'Ana'])
  const host = await first.ready()
  const { id } = await value(host, 'realm.create', { name: 'Garden' })
  await value(host, 'story.send', { storyId: id, text: 'CANARY-planted' })
  const made = await finish(new Program(['backup', '--data', data, '--to', file], env))
  expect(made.code, made.stderr).toBe(0)
  const bytes = readFileSync(file)
  expect(bytes.includes('CANARY-planted')).toBe(false)
  expect(bytes.includes('SQLite format')).toBe(false)
  expect(readdirSync(out)).toEqual(['vault.backup'])
  expect((await finish(new Program(['verify', '--data', data, '--from', file], env))).stdout).toContain('"ok":true')
  const again = await finish(new Program(['backup', '--data', data, '--to', file], env))
  expect(faultOn(again.stderr)).toBe('StoreFailed')

  const target = join(other, 'restored')
  const restored = await finish(new Program(['restore', '--data', target, '--from', file], env))
  expect(restored.code, restored.stderr).toBe(0)
  const second = serve(target)
  const back = await second.ready()
  expect(back.playerId).toBe(host.playerId)
  const entries = await value(back, 'story.entries', { storyId: id })
  expect(JSON.stringify(entries)).toContain('CANARY-planted')
  const identity = await value(back, 'identity.get')
  expect(identity['devices']).toHaveLength(2)
  expect(await value(host, 'identity.get')).not.toMatchObject({ removed: true })
  expect(await ask(back, 'artifact.rename', { id, name: 'Garden again' })).toEqual({ ok: true, value: {} })
  expect(await ask(back, 'vault.verify')).toEqual({ ok: true, value: { ok: true, problems: [] } })
  expect(await second.stop()).toBe(0)
  const checked = await finish(new Program(['verify', '--data', target]))
  expect(checked.stdout).toContain('"ok":true')
}, 120_000)

test('what is no backup, is cut short, damaged, or under another passphrase is named and nothing is written', async () => {
  const [data, out] = [folder(), folder()]
  const file = join(out, 'vault.backup')
  const host = serve(data, ['--name', 'Ana'])
  await host.ready()
  await host.stop()
  const made = await finish(new Program(['backup', '--data', data, '--to', file], env))
  expect(made.code, made.stderr).toBe(0)
  const whole = readFileSync(file)
  const flipped = Buffer.from(whole)
  flipped[whole.length - 100] = (flipped[whole.length - 100] ?? 0) ^ 1
  const wrongs: [string, Uint8Array, Record<string, string>, string][] = [
    ['short', whole.subarray(0, whole.length - 40), env, 'VaultCorrupt'],
    ['head', whole.subarray(0, 30), env, 'VaultCorrupt'],
    ['empty', new Uint8Array(0), env, 'VaultCorrupt'],
    ['flipped', flipped, env, 'VaultCorrupt'],
    ['longer', Buffer.concat([whole, Buffer.from('more')]), env, 'VaultCorrupt'],
    ['other', whole, { INDRA_BACKUP_PASSPHRASE: 'another' }, 'Unauthorized'],
  ]
  for (const [name, content, given, code] of wrongs) {
    const path = join(out, name)
    writeFileSync(path, content)
    const target = join(out, `${name}-restored`)
    const left = await finish(new Program(['restore', '--data', target, '--from', path], given))
    expect([name, left.code, faultOn(left.stderr)]).toEqual([name, 1, code])
    expect(existsSync(target), name).toBe(false)
  }
  const occupied = await finish(new Program(['restore', '--data', data, '--from', file], env))
  expect(faultOn(occupied.stderr)).toBe('StoreFailed')
  const nowhere = await finish(new Program(['backup', '--data', join(out, 'none'), '--to', join(out, 'x')], env))
  expect(faultOn(nowhere.stderr)).toBe('StoreFailed')
  expect(existsSync(join(out, 'none'))).toBe(false)
}, 120_000)
