import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { folder } from './host.fixture.ts'
import { openWhole, until, type Whole } from './whole.fixture.ts'

/** A port where nobody is: a network whose UDP leads nowhere. */
async function emptyPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

async function textsAt(who: Whole, storyId: ArtifactId): Promise<string[]> {
  const { status } = await who.must('artifact.get', { id: storyId })
  if (status !== 'active') return []
  return (await who.must('story.entries', { storyId })).items.map((entry) => entry.text)
}

it('KEEP-1 where no UDP gets through, all of it goes over a WebSocket to the keeper', async () => {
  const bootstrap = [{ host: '127.0.0.1', port: await emptyPort() }]
  const keeperPort = await emptyPort()
  const keeper = await openWhole({ directory: folder(), bootstrap, name: 'Keeper', keeper: 'anyone', keeperPort })
  const ana = await openWhole({ directory: folder(), bootstrap, name: 'Ana' })
  const code = `${keeper.code}?ws=${encodeURIComponent(`ws://127.0.0.1:${keeperPort}`)}`
  await ana.must('keeper.add', { code })
  await until(async () => (await ana.must('keeper.list', {}))[0]?.state === 'keeping', 'the keeper to answer')
  const { id } = await ana.must('realm.create', { name: 'Over TCP' })
  await ana.must('story.send', { storyId: id, text: 'can you hear me?' })
  const invite = await ana.must('realm.invite', { id, approve: false })
  const bo = await openWhole({ directory: folder(), bootstrap, name: 'Bo' })
  await bo.must('realm.join', { code: invite.code })
  await until(async () => (await textsAt(bo, id)).includes('can you hear me?'), 'Ana’s words at Bo')
  await bo.must('story.send', { storyId: id, text: 'as if you were here' })
  await until(async () => (await textsAt(ana, id)).includes('as if you were here'), 'Bo’s words at Ana')
  expect((await ana.must('sync.status', {})).keepers).toMatchObject([{ state: 'keeping', online: true }])
}, 60_000)
