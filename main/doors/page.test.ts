import { expect, it } from 'vitest'
import { ok } from '../../shared/fault.ts'
import { expectRefusal, openTested, send, token } from './gateway.fixture.ts'
import { openGateway } from './gateway.ts'

it('GATE-20 serves the built page under a policy that lets in nothing foreign and nothing inline', async () => {
  const gateway = await openTested()
  const page = await send(gateway, 'GET', '/')
  expect(page.status).toBe(200)
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.headers['x-content-type-options']).toBe('nosniff')
  expect(page.headers['cache-control']).toBe('no-store')
  const policy = String(page.headers['content-security-policy'])
  for (const rule of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
    expect(policy.split('; ')).toContain(rule)
  }
  expect(policy).not.toContain('unsafe')
})

it('GATE-21 gives each serving of the page its own nonce', async () => {
  const gateway = await openTested()
  const nonces = new Set<string>()
  for (let n = 0; n < 3; n++) {
    const page = await send(gateway, 'GET', '/')
    const nonce = /nonce="([^"]+)"/.exec(page.text)?.[1] ?? ''
    expect(String(page.headers['content-security-policy'])).toContain(`'nonce-${nonce}'`)
    nonces.add(nonce)
  }
  expect(nonces.size).toBe(3)
})

it('GATE-22 serves its scripts, to keep, and heads without bodies', async () => {
  const gateway = await openTested()
  const script = await send(gateway, 'GET', '/assets/app-1a2b.js')
  expect(script.text).toBe('document.title')
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(script.headers['cache-control']).toContain('immutable')
  const head = await send(gateway, 'HEAD', '/')
  expect(head.status).toBe(200)
  expect(head.text).toBe('')
})

it('GATE-23 has no page, and says so, where none is built', async () => {
  const opened = await openGateway({ token, files: '/nowhere/at/all', ask: async () => ok({}) })
  if (!opened.ok) throw new Error(opened.fault.message)
  expectRefusal(await send(opened.value, 'GET', '/'), 404, 'UnknownCommand')
  await opened.value.close()
})
