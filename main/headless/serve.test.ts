import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { ask, faultOn, finish, folder, Program, serve } from './host.fixture.ts'

const data = join(folder(), 'new', 'vault')
let host: Program
let ready: Awaited<ReturnType<Program['ready']>>
/** another on the same vault: it waits for long before it gives up, while the tests go on */
let second: Program
beforeAll(async () => {
  host = serve(data, ['--name', 'Ada', '--open'], { DISPLAY: '', WAYLAND_DISPLAY: '' })
  ready = await host.ready()
  second = serve(data)
})

it('CLI-20 says in one line where it is and who serves there, and nothing else', async () => {
  const { url, playerId, code } = ready
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
  expect(playerId).toMatch(/^[0-9a-f]{64}$/)
  expect(code).toMatch(/^indra1/)
  const value = { playerId, code, name: 'Ada', sealed: false }
  expect(await ask(ready, 'identity.get')).toMatchObject({ ok: true, value })
  expect(host.stdout.split('\n')).toHaveLength(2)
})

it('CLI-21 leaves a descriptor for its owner’s programs only', () => {
  const descriptor = join(data, 'host.json')
  expect(statSync(descriptor).mode & 0o777).toBe(0o600)
  expect(JSON.parse(readFileSync(descriptor, 'utf8'))).toMatchObject({ url: ready.url, token: ready.token })
})

it('CLI-22 answers indra call, faults with code 1', async () => {
  const call = (...args: string[]) => finish(new Program(['call', '--data', data, ...args]))
  const answered = await call('identity.get')
  expect(answered).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(answered.stdout)).toMatchObject({ playerId: ready.playerId })
  const refused = await call('artifact.get', '{"id":"x"}')
  expect(refused.code).toBe(1)
  expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, fault: { code: 'InvalidArguments' } })
  expect(JSON.parse((await call('no.such')).stdout)).toMatchObject({ fault: { code: 'UnknownCommand' } })
})

it('CLI-23 tells the stream what changes', async () => {
  const stream = await fetch(new URL(`v1/stream?token=${ready.token}`, ready.url))
  await ask(ready, 'identity.rename', { name: 'Ana' })
  let heard = ''
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  while (!heard.includes('event: identity')) heard += (await reader?.read())?.value ?? ''
  await reader?.cancel()
})

it('CLI-24 says that an unsealed vault’s key lies beside it', async () => {
  await host.until(() => host.stderr.includes('lies beside it'))
})

it('CLI-25 says where the interface is when there is no window to be had', async () => {
  await host.until(() => host.stderr.includes(`${ready.url}#token=`))
})

it('CLI-26 names a port in use and leaves no vault behind', async () => {
  const empty = folder()
  const { code, stdout, stderr } = await finish(serve(empty, ['--port', new URL(ready.url).port]))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('PortInUse')
  expect(readdirSync(empty)).toEqual([])
})

it('CLI-27 refuses a vault that another host has open, which goes on', async () => {
  const { code, stdout, stderr } = await finish(second)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('VaultInUse')
  expect(await ask(ready, 'identity.get')).toMatchObject({ ok: true })
  expect(JSON.parse(readFileSync(join(data, 'host.json'), 'utf8'))).toMatchObject({ token: ready.token })
})

it('CLI-28 refuses a passphrase file that cannot be read or is empty, before making a vault', async () => {
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

it('CLI-29 names a damaged vault and leaves it as it is', async () => {
  const damaged = folder()
  writeFileSync(join(damaged, 'vault.db'), 'this is no database')
  const { code, stdout, stderr } = await finish(serve(damaged))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(stderr)).toBe('VaultCorrupt')
  expect(readdirSync(damaged)).toEqual(['vault.db'])
})

it('CLI-30 names a folder that is none', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  const { code, stderr } = await finish(serve(file))
  expect(code).toBe(1)
  expect(faultOn(stderr)).toBe('StoreFailed')
})

it('CLI-31 runs a DHT until told to stop, and names a port in use', async () => {
  const dht = new Program(['dht', '--port', '47313'])
  await dht.until(() => dht.stdout.includes('\n'))
  expect(JSON.parse(dht.stdout)).toEqual({ ready: true, bootstrap: '127.0.0.1:47313' })
  const second = await finish(new Program(['dht', '--port', '47313']))
  expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 1, stdout: '' })
  expect(faultOn(second.stderr)).toBe('PortInUse')
  expect(await dht.stop()).toBe(0)
})
