import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { cleanUp, temporaryFolder, writePage } from './app.fixture.ts'

let ask: (path: string, init?: RequestInit) => Promise<Response>
let outside: string

beforeEach(async () => {
  vi.resetModules()
  const { world } = await import('./world.stub.ts')
  const { claimScheme, servePages } = await import('./app-protocol.ts')
  outside = temporaryFolder()
  const folder = join(outside, 'renderer')
  writePage(folder)
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'assets', 'link.txt'))
  claimScheme()
  world.isReady = true
  servePages(folder, async () => undefined)
  const handler = world.handlers.get('indra-app')
  ask = async (url, init) => (await handler?.(new Request(url, init))) ?? Response.error()
})
afterEach(cleanUp)

it('ELECTRON-50 serves the page and its files, each with its type and under the policy', async () => {
  const page = await ask('indra-app://indra/')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const script = await ask('indra-app://indra/assets/page.js')
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8'])
  for (const { headers } of [page, script]) {
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  expect(await script.text()).toBe('export {}')
})

it('ELECTRON-51 serves nothing that lies outside of the folder, whatever the path', async () => {
  const paths = [
    '../secret.txt',
    'assets/../../secret.txt',
    '%2e%2e/secret.txt',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    'assets/link.txt',
    'assets/page.js%00.html',
    'assets',
    'assets/',
    '/etc/passwd',
    `/${join(outside, 'secret.txt')}`,
    '__proto__',
  ]
  for (const path of paths) {
    const answer = await ask(`indra-app://indra/${path}`)
    expect([path, answer.status, await answer.text()]).toEqual([path, 404, ''])
  }
})

it('ELECTRON-52 answers no other host and no other method', async () => {
  for (const url of ['indra-app://other/', 'indra-app://indra:80/', 'indra-app:///']) {
    expect([url, (await ask(url)).status]).toEqual([url, 403])
  }
  expect((await ask('indra-app://indra/', { method: 'POST', body: '' })).status).toBe(405)
  const head = await ask('indra-app://indra/', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

it('ELECTRON-53 says that a folder without a page is none', async () => {
  vi.resetModules()
  const { servePages } = await import('./app-protocol.ts')
  expect(servePages(temporaryFolder(), async () => undefined)).toBe(false)
})
