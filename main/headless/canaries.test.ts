import { createSocket } from 'node:dgram'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { derive, digest } from '../crypto/digest.ts'
import { openDht } from '../swarm/dht.ts'
import { announceCommand, listenToDht } from '../swarm/dht-log.fixture.ts'
import { folder, later } from './host.fixture.ts'
import { openWhole, until, type Whole } from './whole.fixture.ts'

const canaries = {
  ana: 'Canary-Ana-Kestrel',
  bo: 'Canary-Bo-Sandpiper',
  realm: 'Canary realm of the plovers',
  text: 'canary text: the redstart sings at four',
  answer: 'canary answer: so does the wren',
}

/** Ana and Bo talk through a keeper and never at the same time; Bo came by an invite the same way. */
async function talkThroughKeeper() {
  const { asked: seen, stop } = listenToDht()
  later(stop)
  const port = await freePort()
  const network = await openDht({ port })
  later(network.close)
  const bootstrap = [network.bootstrap]
  const at = { keeper: folder(), ana: folder(), bo: folder() }
  const open = (who: 'ana' | 'bo') => openWhole({ directory: at[who], bootstrap, name: canaries[who] })
  const keeper = await openWhole({ directory: at.keeper, bootstrap, name: 'Keeper', keeper: 'anyone' })
  let ana = await open('ana')
  await ana.must('keeper.add', { code: keeper.code })
  await until(async () => (await ana.must('keeper.list', {}))[0]?.state === 'keeping', 'the keeper to answer Ana')
  const { id } = await ana.must('realm.create', { name: canaries.realm })
  await ana.must('story.send', { storyId: id, text: canaries.text })
  const { code } = await ana.must('realm.invite', { id, approve: false })
  await ana.stop()
  let bo = await open('bo')
  await bo.must('realm.join', { code })
  await until(async () => (await keeper.must('keeper.hosting', {})).accounts.length === 2, 'the keeper to know Bo')
  await until(async () => ((await keeper.must('keeper.hosting', {})).accounts[1]?.bytes ?? 0) > 0, 'Bo’s request there')
  await bo.stop()
  ana = await open('ana')
  await until(async () => (await ana.must('realm.members', { id })).length === 2, 'Bo to be let in')
  await until(async () => (await ana.must('keeper.list', {}))[0]?.behind === 0, 'everything to be kept')
  await ana.stop()
  bo = await open('bo')
  await until(async () => (await textsAt(bo, id)).includes(canaries.text), 'Ana’s words at Bo')
  await bo.must('story.send', { storyId: id, text: canaries.answer })
  await until(async () => (await entryAt(bo, id, canaries.answer))?.delivery.state === 'kept', 'Bo’s words to be kept')
  const boDevices = (await bo.must('identity.get', {})).devices.map((each) => each.deviceId)
  await bo.stop()
  ana = await open('ana')
  await until(async () => (await textsAt(ana, id)).includes(canaries.answer), 'Bo’s words at Ana')
  const idsOf = async (who: Whole) => (await who.must('identity.get', {})).devices.map((each) => each.deviceId)
  const devices = [...(await idsOf(ana)), ...boDevices]
  await ana.stop()
  await keeper.stop()
  return { seen, store: bytesIn(at.keeper), keeper, players: [ana.id, bo.id], artifact: id, devices }
}

async function entriesAt(who: Whole, storyId: ArtifactId) {
  return (await who.must('story.entries', { storyId })).items
}

async function textsAt(who: Whole, storyId: ArtifactId): Promise<string[]> {
  const { status } = await who.must('artifact.get', { id: storyId })
  return status === 'active' ? (await entriesAt(who, storyId)).map((entry) => entry.text) : []
}

async function entryAt(who: Whole, storyId: ArtifactId, text: string) {
  return (await entriesAt(who, storyId)).find((entry) => entry.text === text)
}

/** Everything that lies in a folder, as whoever takes the disk has it. */
function bytesIn(directory: string): Buffer {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  return Buffer.concat(files.map((each) => readFileSync(join(each.parentPath, each.name))))
}

/** An id as it may stand somewhere: its bytes, or spelled in either case. */
function spellings(id: string): Buffer[] {
  const digits = id.replace(/^\w+:/, '')
  return [Buffer.from(digits, 'hex'), Buffer.from(digits), Buffer.from(digits.toUpperCase())]
}

it('KEEP-1 a captured keeper and a full log of its DHT hold no name, text or id, and no topic follows from one', async () => {
  const { seen, store, keeper, players, artifact, devices } = await talkThroughKeeper()
  const secrets = [
    ...Object.values(canaries).map((text) => Buffer.from(text)),
    ...[...players, artifact].flatMap(spellings),
  ]
  const dht = Buffer.concat(seen.flatMap((each) => [each.target, each.value]))
  expect(store.length).toBeGreaterThan(50_000)
  expect(dht.length).toBeGreaterThan(1_000)
  // what must be found where the search is right
  expect(store.includes(Buffer.from(keeper.id, 'hex'))).toBe(true)
  expect(devices.some((device) => dht.includes(Buffer.from(device, 'hex')))).toBe(true)
  for (const secret of secrets)
    expect([secret.toString('latin1'), store.includes(secret)]).toEqual([expect.anything(), false])
  for (const secret of secrets)
    expect([secret.toString('latin1'), dht.includes(secret)]).toEqual([expect.anything(), false])
  for (const device of devices.flatMap(spellings)) expect(store.includes(device)).toBe(false)

  const announced = new Set(seen.filter((each) => each.command === announceCommand).map((each) => hexOf(each.target)))
  const doors = [...players, keeper.id].flatMap((player) => [
    topicOf('indra door v1', player),
    topicOf('indra keeper door v1', player),
  ])
  for (const id of [...players, artifact, keeper.id, ...devices]) {
    for (const guess of guesses(id)) if (!doors.includes(guess)) expect([id, announced.has(guess)]).toEqual([id, false])
  }
  expect(announced.has(topicOf('indra keeper door v1', keeper.id))).toBe(true)
}, 120_000)

/** The stated exception: who has an identity code finds its owner's door, and a keeper's. */
function topicOf(context: string, player: string): string {
  return hexOf(derive('indra topic v1', derive(context, Buffer.from(player, 'hex'))))
}

const contexts = [
  'indra topic v1',
  'indra door v1',
  'indra keeper door v1',
  'indra knock v1',
  'indra pair v1',
  'indra dm v1',
  'indra meeting v1',
  'indra mailbox of a tree v1',
  'indra mailbox of a dm v1',
  'indra mailbox of an invite v1',
  'indra mailbox signing v1',
]

/** Everything that this program could make of an id alone, in up to two steps. */
function guesses(id: string): string[] {
  const bytes = Buffer.from(id.replace(/^\w+:/, ''), 'hex')
  const once = [bytes, digest(bytes), ...contexts.map((context) => derive(context, bytes))]
  const twice = once.flatMap((each) => [digest(each), ...contexts.map((context) => derive(context, each))])
  return [...once, ...twice].map(hexOf)
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  socket.close()
  return port
}
