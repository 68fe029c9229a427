import { statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readDescriptor, removeDescriptor, writeDescriptor } from './descriptor.ts'
import { finish, folder, Program } from './host.fixture.ts'

const url = 'http://127.0.0.1:1/'

function call(data: string, ...args: string[]) {
  return finish(new Program(['call', '--data', data, ...args]))
}

it('CLI-10 leaves the descriptor for its owner only, and takes back only its own', () => {
  const dir = folder()
  writeDescriptor(dir, { url, token: 'first', pid: 1 })
  expect(statSync(join(dir, 'host.json')).mode & 0o777).toBe(0o600)
  expect(readDescriptor(dir)).toEqual({ url, token: 'first', pid: 1 })
  removeDescriptor(dir, 'another')
  expect(readDescriptor(dir)).toBeDefined()
  removeDescriptor(dir, 'first')
  expect(readDescriptor(dir)).toBeUndefined()
})

it('CLI-11 takes no descriptor that points elsewhere or is not whole', () => {
  const dir = folder()
  const texts = ['', '{', '[]', '{"url":"http://evil.example/","token":"t","pid":1}', '{"url":"http://127.0.0.1:1/"}']
  for (const text of texts) {
    writeFileSync(join(dir, 'host.json'), text)
    expect(readDescriptor(dir)).toBeUndefined()
  }
})

it('CLI-12 says that no host serves a vault, and how to start one', async () => {
  const { code, stdout } = await call(folder(), 'vault.root')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, fault: { code: 'StoreFailed' } })
  expect(stdout).toContain('indra serve')
})

it('CLI-13 says that the host of a descriptor left behind has ended', async () => {
  const dir = folder()
  writeDescriptor(dir, { url, token: 't', pid: 1 })
  const { code, stdout, stderr } = await call(dir, 'vault.root')
  expect(code).toBe(1)
  expect(stdout).toContain('has ended')
  expect(stderr).toBe('')
})

it('CLI-14 is not taken in by another program on the port of a host that ended', async () => {
  const dir = folder()
  for (const [status, body] of [
    [200, 'hello'],
    [401, '{"ok":false,"fault":{"code":"Unauthorized","message":"x"}}'],
  ] as const) {
    const other = createServer((_, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    writeDescriptor(dir, { url: `http://127.0.0.1:${(other.address() as AddressInfo).port}/`, token: 't', pid: 1 })
    const { code, stdout } = await call(dir, 'vault.root')
    expect(code).toBe(1)
    expect(stdout).toContain('has ended')
    other.close()
  }
})

it('CLI-15 refuses arguments that are not JSON', async () => {
  const { code, stdout } = await call(folder(), 'vault.root', '{')
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, fault: { code: 'InvalidArguments' } })
})

it('CLI-16 explains itself on stderr, with code 2, and on stdout when asked', async () => {
  const misused = await finish(new Program(['serve', '--prot', '1']))
  expect(misused).toMatchObject({ code: 2, stdout: '' })
  expect(misused.stderr).toContain('--prot')
  expect(misused.stderr).toContain('Usage:')
  const asked = await finish(new Program(['help']))
  expect(asked).toMatchObject({ code: 0, stderr: '' })
  expect(asked.stdout).toContain('Usage:')
})
