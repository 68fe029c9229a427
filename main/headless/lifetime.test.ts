import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ask, faultOn, finish, folder, Program, serve, until } from './host.fixture.ts'

function coreOf(host: Program): number {
  return Number(execFileSync('pgrep', ['-P', String(host.child.pid)], { encoding: 'utf8' }).trim())
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

it('CLI-40 ends clean on SIGTERM; whoever waits for its vault meanwhile opens it, as the same person', async () => {
  const data = folder()
  const first = serve(data, ['--name', 'Ada'])
  const { playerId, token } = await first.ready()
  const second = serve(data)
  expect(await first.stop()).toBe(0)
  expect(first.stdout.split('\n')).toHaveLength(2)
  const ready = await second.ready()
  expect(ready.playerId).toBe(playerId)
  expect(ready.token).not.toBe(token)
  expect(await ask(ready, 'identity.get')).toMatchObject({ value: { name: 'Ada' } })
  await second.stop()
  expect(existsSync(join(data, 'host.json'))).toBe(false)
})

it('CLI-41 is killed: its core ends too, and the vault opens again', async () => {
  const data = folder()
  const host = serve(data)
  const { playerId } = await host.ready()
  const core = coreOf(host)
  host.child.kill('SIGKILL')
  await until(() => !lives(core))
  const again = serve(data)
  expect((await again.ready()).playerId).toBe(playerId)
  await again.stop()
})

it('CLI-42 starts a core that died again; streams begin anew', async () => {
  const data = folder()
  const host = serve(data)
  const ready = await host.ready()
  const headers = { authorization: `Bearer ${ready.token}` }
  const stream = await fetch(new URL('v1/stream', ready.url), { headers })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const cursor = /id: (\S+)/.exec((await reader?.read())?.value ?? '')?.[1] ?? ''
  const core = coreOf(host)
  process.kill(core, 'SIGKILL')
  await reader?.closed.catch(() => {})
  expect(await ask(ready, 'identity.get')).toMatchObject({ ok: true, value: { playerId: ready.playerId } })
  expect(coreOf(host)).not.toBe(core)
  const resumed = await fetch(new URL('v1/stream', ready.url), { headers: { ...headers, 'last-event-id': cursor } })
  expect(resumed.status).toBe(410)
  await host.stop()
})

it('CLI-43 seals the vault under a passphrase and opens it with nothing else', async () => {
  const data = join(folder(), 'vault')
  const file = join(folder(), 'passphrase')
  writeFileSync(file, 'correct horse\n')
  const sealed = serve(data, ['--passphrase-file', file])
  expect(await ask(await sealed.ready(), 'identity.get')).toMatchObject({ value: { sealed: true } })
  await sealed.stop()
  expect(sealed.stderr).not.toContain('key of this vault')
  expect(sealed.stderr).not.toContain('correct horse')
  for (const env of [{}, { INDRA_PASSPHRASE: 'wrong' }] as Record<string, string>[]) {
    const { code, stdout, stderr } = await finish(serve(data, [], env))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(faultOn(stderr)).toBe('Unauthorized')
  }
  const opened = serve(data, [], { INDRA_PASSPHRASE: 'correct horse' })
  await opened.ready()
  await opened.stop()
})

it('CLI-44 ends with whoever started it by a channel', async () => {
  const host = new Program(['serve', '--data', folder(), '--bootstrap', '127.0.0.1:9'], {}, 'ipc')
  await host.ready()
  host.child.disconnect()
  expect(await host.ended).toBe(0)
})

it('CLI-45 keeps the token out of command lines, and with --app ends when its window is closed', async () => {
  const data = folder()
  const browser = join(folder(), 'browser')
  const heard = join(folder(), 'arguments')
  writeFileSync(browser, `#!/bin/sh\necho "$@" > ${heard}.new && mv ${heard}.new ${heard}\nsleep 3\n`)
  chmodSync(browser, 0o700)
  const host = serve(data, ['--app'], { INDRA_BROWSER: browser, DISPLAY: ':0' })
  const { url, token } = await host.ready()
  await until(() => existsSync(heard))
  const line = readFileSync(heard, 'utf8')
  expect(line).not.toContain(token)
  const page = /--app=file:\/\/(\S+)/.exec(line)?.[1] ?? ''
  expect(readFileSync(page, 'utf8')).toContain(`${url}#token=${token}`)
  expect(statSync(page).mode & 0o777).toBe(0o600)
  expect(await host.ended).toBe(0)
})
