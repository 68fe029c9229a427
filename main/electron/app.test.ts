import { afterEach, expect, it, vi } from 'vitest'
import { ok } from '../../shared/fault.ts'
import { cleanUp, clientOf, startTested } from './app.fixture.ts'
import { preventable } from './world.stub.ts'

// Each starts the real core: a guard against hanging, not a measure.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })
afterEach(cleanUp)

it('ELECTRON-30 opens a window whose page talks to the core through the port it is handed', async () => {
  const { world, started } = await startTested()
  await started
  const { channel, message, ports } = await world.window().contents.page.next()
  expect([channel, message, ports.length]).toEqual(['indra', { type: 'indra-port' }, 1])
  const identity = await clientOf(ports[0]).call('identity.get', {})
  expect(identity).toMatchObject({ ok: true, value: { name: 'Ann' } })
  expect(world.errors).toEqual([])
})

it('ELECTRON-31 starts a core that ended again and hands each page a new port', async () => {
  const { world, started } = await startTested()
  await started
  const { page } = world.window().contents
  const before = await page.next()
  const closed = new Promise<void>((resolve) => clientOf(before.ports[0], resolve))
  world.children[0]?.child.kill('SIGKILL')
  await closed
  const after = await page.next()
  expect(after.message).toEqual({ type: 'indra-port' })
  const identity = await clientOf(after.ports[0]).call('identity.get', {})
  expect(identity).toMatchObject({ ok: true, value: { name: 'Ann' } })
  expect(world.children).toHaveLength(2)
})

it('ELECTRON-32 hands a page that loads anew a port of its own', async () => {
  const { world, started } = await startTested()
  await started
  const { contents } = world.window()
  const before = clientOf((await contents.page.next()).ports[0])
  contents.crash()
  const after = clientOf((await contents.page.next()).ports[0])
  expect(await after.call('vault.root', {})).toMatchObject({ ok: true })
  expect(await before.call('vault.root', {})).toMatchObject({ ok: false, fault: { code: 'StoreFailed' } })
  expect(world.children).toHaveLength(1)
})

it('ELECTRON-33 checks at the core what comes through a port', async () => {
  const { world, started } = await startTested()
  await started
  const client = clientOf((await world.window().contents.page.next()).ports[0])
  expect(await client.relay('vault.burn', {})).toMatchObject({ ok: false, fault: { code: 'UnknownCommand' } })
  expect(await client.relay('vault.root', { more: 1 })).toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(await client.relay('vault.root', new Map())).toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(await client.call('identity.rename', { name: 'Bo' })).toEqual(ok({}))
})

it('ELECTRON-34 quits in order: the windows, then the core, then itself', async () => {
  const { world, started, app } = await startTested()
  await started
  const child = world.children[0]?.child
  child?.once('exit', () => world.log.push('core ended'))
  app.quit()
  expect(await world.exited).toBe(0)
  const steps = ['window closed', 'session.flushStorageData', 'core ended', 'exit 0']
  expect(world.log.filter((step) => steps.includes(step))).toEqual(steps)
})

it('ELECTRON-35 quits though the page wants to stay and the core does not answer', async () => {
  const { world, started, app } = await startTested()
  await started
  world.window().contents.page.wantsToStay = true
  const child = world.children[0]?.child
  child?.kill('SIGSTOP')
  app.quit()
  expect(await world.exited).toBe(0)
  child?.kill('SIGCONT')
})

it('ELECTRON-36 says why a vault cannot be opened, and ends', async () => {
  const first = await startTested()
  await first.started
  first.app.quit()
  await first.world.exited
  const { world, started } = await startTested({
    data: first.data,
    prepare: ({ keychain }) => Object.assign(keychain, { key: 'another', formerKey: 'another' }),
  })
  await started
  expect(world.errors).toEqual([expect.stringContaining('The keychain of this system did not open')])
  expect(world.exitCode).toBe(1)
  expect(world.children).toHaveLength(0)
})

it('ELECTRON-37 ends at once where the app is already open on this vault', async () => {
  const { world, started } = await startTested({ prepare: (there) => Object.assign(there, { hasOtherInstance: true }) })
  await started
  expect(world.exitCode).toBe(0)
  expect([world.windows.size, world.children.length, world.errors.length]).toEqual([0, 0, 0])
})

it('ELECTRON-38 keeps Chromium’s files in the vault’s folder, claimed before its lock', async () => {
  const { world, data, started } = await startTested()
  await started
  expect(world.paths.get('userData')).toBe(`${data}/electron`)
  expect(world.log.indexOf('app.setPath')).toBeLessThan(world.log.indexOf('app.requestSingleInstanceLock'))
})

it('ELECTRON-39 says that its interface is missing instead of opening an empty window', async () => {
  const { world, started } = await startTested({ hasPage: false })
  await started
  expect(world.errors).toEqual([expect.stringContaining('interface is missing')])
  expect([world.exitCode, world.windows.size, world.children.length]).toEqual([1, 0, 0])
})

it('ELECTRON-40 names what is wrong on its command line, and ends', async () => {
  const { world, started } = await startTested({ args: ['--bootstrap', 'nowhere'] })
  await started
  expect(world.errors).toEqual([expect.stringContaining('HOST:PORT, not nowhere')])
  expect([world.exitCode, world.isReady]).toEqual([1, false])
})

it('ELECTRON-41 tells the page of a link it was started with, once, when it is there', async () => {
  const { world, started } = await startTested({ args: ['indra:indra1qqq'] })
  await started
  const { page } = world.window().contents
  const said = [await page.next(), await page.next()].map(({ message }) => message)
  expect(said).toContainEqual({ type: 'indra-link', link: 'indra:indra1qqq' })
  expect(said).toContainEqual({ type: 'indra-port' })
})

it('ELECTRON-42 takes links from a second instance and from the system, only links, each once', async () => {
  const { world, started, app } = await startTested()
  await started
  const { contents, shown } = world.window()
  await contents.page.next()
  shown.length = 0
  app.emit('second-instance', {}, ['electron', '--flag', 'https://example.org', 'indra:realm:abc'], '/')
  expect((await contents.page.next()).message).toEqual({ type: 'indra-link', link: 'indra:realm:abc' })
  expect(shown).toContain('focus')
  const event = preventable()
  app.emit('open-url', event, 'indra:realm:def')
  expect((await contents.page.next()).message).toEqual({ type: 'indra-link', link: 'indra:realm:def' })
  expect(event.defaultPrevented).toBe(true)
  app.emit('open-url', preventable(), 'https://example.org/')
  app.emit('open-url', preventable(), 'indra:last')
  expect((await contents.page.next()).message).toEqual({ type: 'indra-link', link: 'indra:last' })
  contents.crash()
  expect((await contents.page.next()).message).toEqual({ type: 'indra-port' })
})

it('ELECTRON-43 says in its identity that a vault without a keychain is not sealed', async () => {
  const { world, started } = await startTested({
    prepare: ({ keychain }) => Object.assign(keychain, { backend: 'basic_text' }),
  })
  await started
  const client = clientOf((await world.window().contents.page.next()).ports[0])
  expect(await client.call('identity.get', {})).toMatchObject({ ok: true, value: { sealed: false } })
})

it('ELECTRON-44 seals a vault by the keychain, and opens it again with it', async () => {
  const first = await startTested()
  await first.started
  const before = await clientOf((await first.world.window().contents.page.next()).ports[0]).call('identity.get', {})
  expect(before).toMatchObject({ ok: true, value: { sealed: true } })
  first.app.quit()
  await first.world.exited
  const second = await startTested({ data: first.data })
  await second.started
  const after = await clientOf((await second.world.window().contents.page.next()).ports[0]).call('identity.get', {})
  expect(after).toMatchObject({ ok: true, value: { sealed: true } })
  expect(after.ok && before.ok && after.value.playerId === before.value.playerId).toBe(true)
})
