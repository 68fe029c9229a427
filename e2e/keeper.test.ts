import { afterAll, expect, test } from 'vitest'
import type { ArtifactId } from '../shared/ids.ts'
import { cleanUp, dht, type Host, newDirectory, serve, until } from './host.ts'

afterAll(() => cleanUp())

async function textsAt(host: Host, storyId: ArtifactId): Promise<string[]> {
  const { status } = await host.must('artifact.get', { id: storyId })
  return status === 'active' ? (await host.must('story.entries', { storyId })).items.map((each) => each.text) : []
}

test('KEEP-1 three hosts, one a keeper: two who are never up together meet, join and talk; a killed keeper goes on', async () => {
  const bootstrap = ['--bootstrap', await dht()]
  const [keeperData, anaData, boData] = [newDirectory(), newDirectory(), newDirectory()]
  const up = (data: string, name: string, ...more: string[]) => serve(data, '--name', name, ...bootstrap, ...more)
  let keeper = await up(keeperData, 'Keeper', '--keeper')
  let ana = await up(anaData, 'Ana')
  expect(await ana.must('keeper.add', { code: keeper.code })).toMatchObject({ playerId: keeper.id })
  await until(async () => (await ana.must('keeper.list', {}))[0]?.state === 'keeping', 'the keeper to keep for Ana')
  const { id } = await ana.must('realm.create', { name: 'The kiln' })
  await ana.must('story.send', { storyId: id, text: 'it opens at four' })
  const { code } = await ana.must('realm.invite', { id, approve: false })
  await until(async () => (await ana.must('keeper.list', {}))[0]?.behind === 0, 'nothing to be behind')
  await ana.stop()

  let bo = await up(boData, 'Bo')
  await bo.must('realm.join', { code })
  await until(async () => {
    const { accounts } = await keeper.must('keeper.hosting', {})
    return accounts.length === 2 && accounts.some((account) => account.bytes > 0)
  }, 'Bo’s request at the keeper')
  await bo.stop()
  await keeper.kill()
  keeper = await up(keeperData, 'Keeper')

  ana = await up(anaData, 'Ana')
  await until(async () => (await ana.must('realm.members', { id })).length === 2, 'Bo to be let in')
  await until(async () => (await ana.must('keeper.list', {}))[0]?.behind === 0, 'the welcome to be kept')
  await ana.stop()

  bo = await up(boData, 'Bo')
  await until(async () => (await textsAt(bo, id)).includes('it opens at four'), 'Ana’s words at Bo')
  await bo.must('story.send', { storyId: id, text: 'I bring the blue ones' })
  await until(async () => {
    const { items } = await bo.must('story.entries', { storyId: id })
    return items.at(-1)?.delivery.state === 'kept'
  }, 'Bo’s words to be kept')
  await bo.stop()

  ana = await up(anaData, 'Ana')
  await until(async () => (await textsAt(ana, id)).includes('I bring the blue ones'), 'Bo’s words at Ana')
})
