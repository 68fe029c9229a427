import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ok, refuse } from '../../shared/fault.ts'
import { bearing, command, expectRefusal, openTested, raw, send, token } from './gateway.fixture.ts'
import { openGateway } from './gateway.ts'

it('GATE-1 passes a command on and answers with what the core answers', async () => {
  const gateway = await openTested()
  const answer = await command(gateway, '{"type":"story.send","args":{"text":"ü"}}')
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toEqual({ ok: true, value: { type: 'story.send', args: { text: 'ü' } } })
  expect(answer.headers['content-type']).toContain('application/json')
  expect(answer.headers['cache-control']).toBe('no-store')
})

it('GATE-2 answers 200 also when the core refuses', async () => {
  const gateway = await openTested(async () => refuse('NotSteward'))
  const answer = await command(gateway, '{"type":"artifact.recall","args":{}}')
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toMatchObject({ ok: false, fault: { code: 'NotSteward' } })
})

it('GATE-3 takes absent arguments as none', async () => {
  const gateway = await openTested()
  expect(JSON.parse((await command(gateway, '{"type":"vault.root"}')).text).value.args).toEqual({})
})

it('GATE-4 refuses bodies that are not a command: 400', async () => {
  const gateway = await openTested()
  const bodies = ['', '{', 'null', '[]', '"x"', '{"args":{}}', '{"type":7}', '{"type":"a","more":1}', '{"type":"a"}x']
  for (const body of bodies) expectRefusal(await command(gateway, body), 400, 'InvalidArguments')
  expectRefusal(await command(gateway, Buffer.from('{"type":"a","args":"\xff"}', 'latin1')), 400, 'InvalidArguments')
  const deep = `{"type":"a","args":${'['.repeat(500_000)}${']'.repeat(500_000)}}`
  expectRefusal(await command(gateway, deep), 400, 'InvalidArguments')
  expectRefusal(await command(gateway, '{"type":"a","args":"\\ud800"}'), 400, 'InvalidArguments')
})

it('GATE-5 refuses whoever does not bear the token: 401', async () => {
  const gateway = await openTested()
  const wrong = ['', 'Bearer', 'Bearer x', `Bearer ${token}x`, `Basic ${token}`, token, `Bearer ${token} ${token}`]
  for (const authorization of wrong) {
    expectRefusal(await command(gateway, '{"type":"vault.root"}', { authorization }), 401, 'Unauthorized')
  }
  expectRefusal(await command(gateway, '{"type":"vault.root"}', {}), 401, 'Unauthorized')
  expectRefusal(await send(gateway, 'POST', `/v1/commands?token=${token}`), 401, 'Unauthorized')
  expectRefusal(await send(gateway, 'GET', '/v1/stream'), 401, 'Unauthorized')
  expectRefusal(await send(gateway, 'GET', '/v1/stream?token=wrong'), 401, 'Unauthorized')
})

it('GATE-6 refuses other hosts, origins and sites: 403, token or not', async () => {
  const gateway = await openTested()
  const { port } = gateway
  const hosts = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    'localhost',
    `127.0.0.1:${port + 1}`,
    `[::1]:${port}`,
  ]
  for (const host of hosts) {
    expectRefusal(await command(gateway, '{"type":"vault.root"}', { ...bearing, host }), 403, 'Unauthorized')
    expectRefusal(await send(gateway, 'GET', '/', { host }), 403, 'Unauthorized')
  }
  const origins = [
    'null',
    'http://evil.example',
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port + 1}`,
    'file://',
  ]
  for (const origin of origins) {
    expectRefusal(await command(gateway, '{"type":"vault.root"}', { ...bearing, origin }), 403, 'Unauthorized')
    expectRefusal(await send(gateway, 'GET', `/v1/stream?token=${token}`, { origin }), 403, 'Unauthorized')
  }
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site }
    expectRefusal(await send(gateway, 'GET', `/v1/stream?token=${token}`, headers), 403, 'Unauthorized')
  }
})

it('GATE-7 serves its own page, under both names of this machine', async () => {
  const gateway = await openTested()
  for (const host of [`127.0.0.1:${gateway.port}`, `localhost:${gateway.port}`, `LOCALHOST:${gateway.port}`]) {
    const headers = { ...bearing, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
    expect((await command(gateway, '{"type":"vault.root"}', headers)).status).toBe(200)
  }
})

it('GATE-8 refuses unknown paths with 404 and wrong methods with 405', async () => {
  const gateway = await openTested()
  for (const path of [
    '/v1',
    '/v1/',
    '/v2/commands',
    '/v1/commands/',
    '/constructor',
    '/favicon.ico',
    '//x/v1/commands',
  ]) {
    expectRefusal(await send(gateway, 'GET', path, bearing), 404, 'UnknownCommand')
  }
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const answer = await send(gateway, method, '/v1/commands', bearing)
    expectRefusal(answer, 405, 'InvalidArguments')
    expect(answer.headers['allow']).toBe('POST')
  }
  expectRefusal(await send(gateway, 'POST', '/v1/stream', bearing), 405, 'InvalidArguments')
  expectRefusal(await send(gateway, 'POST', '/', {}), 405, 'InvalidArguments')
  expect((await send(gateway, 'HEAD', '/v1/commands', bearing)).status).toBe(405)
})

it('GATE-9 refuses more than 4 MiB, announced or not, and goes on on the same connection', async () => {
  const gateway = await openTested()
  const large = Buffer.alloc(4 * 1024 * 1024 + 1, 0x20)
  expectRefusal(await command(gateway, large), 413, 'TooLarge')
  expectRefusal(await command(gateway, large, { ...bearing, 'transfer-encoding': 'chunked' }), 413, 'TooLarge')
  const full = Buffer.concat([Buffer.from('{"type":"vault.root"}'), large.subarray(0, 4 * 1024 * 1024 - 21)])
  expect((await command(gateway, full)).status).toBe(200)
})

it('GATE-10 refuses an announced size before a single byte of it came', async () => {
  const gateway = await openTested()
  const head = `POST /v1/commands HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\nauthorization: Bearer ${token}\r\n`
  expect(await raw(gateway, `${head}content-length: 999999999\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 [\s\S]*"TooLarge"/)
  const waiting = `${head}expect: 100-continue\r\ncontent-length: 999999999\r\n\r\n`
  expect(await raw(gateway, waiting)).toMatch(/^HTTP\/1.1 413 /)
  expect(await raw(gateway, `${head}expect: 100-continue\r\ncontent-length: 5\r\n\r\n`)).toMatch(/^HTTP\/1.1 100 /)
})

it('GATE-11 answers what is not HTTP in the shape of every refusal', async () => {
  const gateway = await openTested()
  for (const nonsense of [
    'hello\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    `GET / HTTP/1.1\r\nx: ${'y'.repeat(99_999)}\r\n\r\n`,
  ]) {
    expect(await raw(gateway, nonsense)).toMatch(/^HTTP\/1.1 400 [\s\S]*\{"ok":false,"fault"/)
  }
  expect(await raw(gateway, 'GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 403 [\s\S]*\{"ok":false,"fault"/)
  const absolute = `GET http://evil.example/ HTTP/1.1\r\nhost: 127.0.0.1:${gateway.port}\r\n\r\n`
  expect(await raw(gateway, absolute)).toMatch(/^HTTP\/1.1 400 [\s\S]*\{"ok":false,"fault"/)
})

it('GATE-12 survives whatever is posted, and always answers {ok, …}', async () => {
  const gateway = await openTested()
  const bodies = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.jsonValue().map((args) => JSON.stringify({ type: 'x', args })),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  )
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      const answer = await command(gateway, body)
      expect([200, 400]).toContain(answer.status)
      expect(JSON.parse(answer.text).ok).toBe(answer.status === 200)
    }),
    { numRuns: 300 },
  )
})

it('GATE-13 survives whatever is asked for by path, and gives out nothing that is not of the page', async () => {
  const gateway = await openTested()
  const part = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2f',
    '\\',
    'secret.txt',
    'assets',
    'v1',
    '%00',
    '//',
    ';',
    '?',
    '%',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const answer = await send(gateway, 'GET', `/${parts.join('/')}`)
      expect(answer.text).not.toContain('outside')
      expect([200, 400, 404]).toContain(answer.status)
      if (answer.status !== 200) expect(JSON.parse(answer.text).ok).toBe(false)
    }),
    { numRuns: 300 },
  )
})

it('GATE-14 names a port that is taken', async () => {
  const first = await openTested()
  const second = await openGateway({ token, files: '/nowhere', port: first.port, ask: async () => ok({}) })
  expect(second).toMatchObject({ ok: false, fault: { code: 'PortInUse' } })
  expect(second.ok ? '' : second.fault.message).toContain(String(first.port))
})

it('GATE-15 lets a second command be sent before the first is answered', async () => {
  let release: () => void = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const gateway = await openTested(async (type) => {
    if (type === 'first') await held
    return ok(type)
  })
  const headers = await fetch(new URL('v1/commands', gateway.url), {
    method: 'POST',
    headers: bearing,
    body: '{"type":"first"}',
  })
  expect(headers.status).toBe(200)
  expect(JSON.parse((await command(gateway, '{"type":"second"}')).text).value).toBe('second')
  release()
  expect(await headers.json()).toEqual({ ok: true, value: 'first' })
})
