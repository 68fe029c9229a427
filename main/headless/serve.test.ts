import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultOn, finish, folder, Program, serve } from './host.fixture.ts'

async function ask(host: { url: string; token: string }, type: string, args: unknown = {}) {
  const response = await fetch(new URL('v1/commands', host.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${host.token}` },
    body: JSON.stringify({ type, args }),
  })
  return response.json()
}

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

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('CLI-20 says in one line where it is and who serves there, and ends clean on SIGTERM', async () => {
  const data = join(folder(), 'new', 'vault')
  const host = serve(data, ['--name', 'Ada'])
  const ready = await host.ready()
  expect(ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  expect(ready.playerId).toMatch(/^[0-9a-f]{64}$/)
  expect(ready.code).toMatch(/^indra1/)
  const { playerId, code } = ready
  expect(await ask(ready, 'identity.get')).toMatchObject({
    ok: true,
    value: { playerId, code, name: 'Ada', sealed: false },
  })
  const descriptor = join(data, 'host.json')
  expect(statSync(descriptor).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(descriptor, 'utf8'))).toMatchObject({ url: ready.url, token: ready.token })
  expect(await host.stop()).toBe(0)
  expect(host.stdout.split('\n')).toHaveLength(2)
  expect(existsSync(descriptor)).toBe(false)
})

it('CLI-21 is the same identity the next time, under another token', async () => {
  const data = folder()
  const first = serve(data, ['--name', 'Ada'])
  const before = await first.ready()
  await first.stop()
  const again = await serve(data).ready()
  expect(again.playerId).toBe(before.playerId)
  expect(again.token).not.toBe(before.token)
  expect(await ask(again, 'identity.get')).toMatchObject({ value: { name: 'Ada' } })
})

it('CLI-22 answers indra call, faults with code 1', async () => {
  const data = folder()
  const { playerId } = await serve(data).ready()
  const call = (...args: string[]) => finish(new Program(['call', '--data', data, ...args]))
  const answered = await call('identity.get')
  expect(answered).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(answered.stdout)).toMatchObject({ playerId })
  const refused = await call('artifact.get', '{"id":"x"}')
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, fault: { code: 'InvalidArguments' } })
  expect(JSON.parse((await call('no.such')).stdout)).toMatchObject({ fault: { code: 'UnknownCommand' } })
})

it('CLI-23 names a port in use and leaves no vault behind', async () => {
  const { url } = await serve(folder()).ready()
  const data = folder()
  const { code, stdout, stderr } = await finish(serve(data, ['--port', new URL(url).port]))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('PortInUse')
  expect(readdirSync(data)).toEqual([])
})

it('CLI-24 refuses a vault that another host has open, which goes on', async () => {
  const data = folder()
  const ready = await serve(data).ready()
  const { code, stdout, stderr } = await finish(serve(data))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('VaultInUse')
  expect(await ask(ready, 'identity.get')).toMatchObject({ ok: true })
  expect(await finish(new Program(['call', '--data', data, 'identity.get']))).toMatchObject({ code: 0 })
})

it('CLI-25 waits for a host that is just ending', async () => {
  const data = folder()
  const first = serve(data)
  await first.ready()
  const second = serve(data)
  first.child.kill('SIGTERM')
  await second.ready()
})

it('CLI-26 ends the core when the host is killed, and the vault opens again', async () => {
  const data = folder()
  const host = serve(data)
  const { playerId } = await host.ready()
  const core = coreOf(host)
  host.child.kill('SIGKILL')
  await until(() => !lives(core))
  expect((await serve(data).ready()).playerId).toBe(playerId)
})

it('CLI-27 starts a core that died again; streams begin anew', async () => {
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
})

it('CLI-28 tells the stream what changes', async () => {
  const ready = await serve(folder(), ['--name', 'Ada']).ready()
  const stream = await fetch(new URL(`v1/stream?token=${ready.token}`, ready.url))
  await ask(ready, 'identity.rename', { name: 'Bo' })
  let heard = ''
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!heard.includes('event: identity')) heard += (await reader?.read())?.value ?? ''
  await reader?.cancel()
})

it('CLI-29 seals the vault under a passphrase and opens it with nothing else', async () => {
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
  await serve(data, [], { INDRA_PASSPHRASE: 'correct horse' }).ready()
})

it('CLI-30 says that an unsealed vault’s key lies beside it', async () => {
  const host = serve(folder())
  await host.ready()
  await host.until(() => host.stderr.includes('lies beside it'))
})

it('CLI-31 refuses a passphrase file that cannot be read or is empty, before making a vault', async () => {
  const data = folder()
  const empty = join(folder(), 'empty')
  writeFileSync(empty, '\n')
  for (const file of [empty, '/nowhere/at/all']) {
    const { code, stderr } = await finish(serve(data, ['--passphrase-file', file]))
    expect(code).toBe(1)
    expect(faultOn(stderr)).toBe('Unauthorized')
  }
  expect(readdirSync(data)).toEqual([])
})

it('CLI-32 names a damaged vault and leaves it as it is', async () => {
  const data = folder()
  const first = serve(data)
  await first.ready()
  await first.stop()
  writeFileSync(join(data, 'vault.db'), 'this is no database')
  const { code, stdout, stderr } = await finish(serve(data))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('VaultCorrupt')
  expect(readFileSync(join(data, 'vault.db'), 'utf8')).toBe('this is no database')
})

it('CLI-33 names a folder that is none', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  const { code, stderr } = await finish(serve(file))
  expect(code).toBe(1)
  expect(faultOn(stderr)).toBe('StoreFailed')
})

it('CLI-34 ends with whoever started it by a channel', async () => {
  const host = new Program(['serve', '--data', folder(), '--bootstrap', '127.0.0.1:9'], {}, 'ipc')
  await host.ready()
  host.child.disconnect()
  expect(await host.ended).toBe(0)
})

it('CLI-35 keeps the token out of command lines, and with --app ends when its window is closed', async () => {
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

it('CLI-36 says where the interface is when there is no window to be had', async () => {
  const host = serve(folder(), ['--open'], { DISPLAY: '', WAYLAND_DISPLAY: '' })
  const { url } = await host.ready()
  await host.until(() => host.stderr.includes(url))
})

it('CLI-40 runs a DHT until told to stop, and names a port in use', async () => {
  const dht = new Program(['dht', '--port', '47313'])
  await dht.until(() => dht.stdout.includes('\n'))
  expect(JSON.parse(dht.stdout)).toEqual({ ready: true, bootstrap: '127.0.0.1:47313' })
  const second = await finish(new Program(['dht', '--port', '47313']))
  expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(second.stderr)).toBe('PortInUse')
  expect(await dht.stop()).toBe(0)
})
