import { afterAll, expect, test } from 'vitest'
import { cleanUp, dht, indra, launch, newDirectory, type Running, until } from './host.ts'

afterAll(() => cleanUp())

async function call(data: string, command: string, args: unknown = {}): Promise<unknown> {
  const { code, out } = await indra('call', '--data', data, command, JSON.stringify(args))
  const value: unknown = JSON.parse(out)
  if (code !== 0) throw new Error(out)
  return value
}

test('MAIN-3 the whole journey by the command line alone: add, accept, talk, restart, warm', async () => {
  const bootstrap = await dht()
  const [anaData, boData] = [newDirectory(), newDirectory()]
  const serve = (data: string, name: string): Promise<Running> =>
    launch('serve', '--data', data, '--name', name, '--bootstrap', bootstrap)
  const ana = await serve(anaData, 'Ana')
  const bo = await serve(boData, 'Bo')

  expect(await call(anaData, 'peer.add', { code: bo.ready['code'], message: 'hello' })).toMatchObject({
    status: 'pending',
  })
  await until(async () => ((await call(boData, 'peer.list')) as unknown[]).length > 0, 'the request at Bo')
  await call(boData, 'peer.accept', { playerId: ana.ready['playerId'] })
  await until(async () => {
    const [peer] = (await call(anaData, 'peer.list')) as { status: string }[]
    return peer?.status === 'confirmed'
  }, 'the acceptance at Ana')
  const { id } = (await call(anaData, 'story.dm', { playerId: bo.ready['playerId'] })) as { id: string }
  expect(await call(boData, 'story.dm', { playerId: ana.ready['playerId'] })).toEqual({ id })

  await call(anaData, 'story.send', { storyId: id, text: 'the kiln opens at four' })
  await until(
    async () => (await entriesOf(boData, id)).some((entry) => entry.text === 'the kiln opens at four'),
    'the words at Bo',
  )
  await until(async () => (await entriesOf(anaData, id))[0]?.delivery.state === 'everyone', 'the mark at Ana')

  await bo.stop()
  await call(anaData, 'story.send', { storyId: id, text: 'bring the blue ones' })
  expect((await entriesOf(anaData, id)).at(-1)?.delivery).toMatchObject({ state: 'local', have: 0, of: 1 })
  await serve(boData, 'Bo')
  await until(async () => (await entriesOf(boData, id)).length === 2, 'what was said while Bo was away')
  await until(async () => (await entriesOf(anaData, id)).at(-1)?.delivery.state === 'everyone', 'the second mark')

  expect(await call(anaData, 'heat.get', { id })).toMatchObject({ heat: 0 })
  await call(boData, 'attention.navigate', { to: id })
  await until(async () => ((await call(anaData, 'heat.get', { id })) as { heat: number }).heat > 0, 'warmth at Ana')
})

async function entriesOf(data: string, storyId: string): Promise<{ text: string; delivery: { state: string } }[]> {
  const { items } = (await call(data, 'story.entries', { storyId })) as {
    items: { text: string; delivery: { state: string } }[]
  }
  return items
}
