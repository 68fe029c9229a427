import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ArtifactId } from '../shared/ids.ts'
import { cleanUp, dht, type Host, newDirectory, serve, until } from './host.ts'

const people = 8
/** ten times what a message may take to all of them: what is measured stands in docs/performance.md */
const guard = 2_000

let hosts: Host[] = []
let bootstrap = ''
let id: ArtifactId

/** Eight real processes on one machine, found by a real DHT, in one realm of the first one's. */
beforeAll(async () => {
  process.env['NODE_OPTIONS'] = `--import=${fileURLToPath(new URL('parting.mjs', import.meta.url))}`
  process.env['INDRA_PARTED'] = 'parted'
  bootstrap = await dht()
  hosts = await Promise.all(Array.from({ length: people }, (_, index) => open(newDirectory(), `P${index}`)))
  const [steward, ...others] = hosts
  if (!steward) throw new Error('nobody')
  id = (await steward.must('realm.create', { name: 'Eight' })).id
  const { code } = await steward.must('realm.invite', { id, uses: people, approve: false })
  for (const other of others) await other.must('realm.join', { code })
  for (const host of hosts) await until(() => isWhole(host), 'all eight to be in', 120_000)
}, 240_000)

afterAll(async () => {
  delete process.env['NODE_OPTIONS']
  await cleanUp()
})

test('REALM-1 of eight processes: what one says is visible at all others', async () => {
  const times: number[] = []
  for (let count = 0; count < 3 * people; count += 1) {
    const speaker = hosts[count % people]
    if (!speaker) throw new Error('nobody')
    const begun = performance.now()
    await speaker.must('story.send', { storyId: id, text: `words ${count}` })
    await Promise.all(hosts.map((host) => until(() => hears(host, `words ${count}`), `words ${count}`)))
    times.push(performance.now() - begun)
  }
  expect(times.toSorted((a, b) => a - b)[times.length >> 1]).toBeLessThan(guard)
})

test('REALM-1 of eight processes: one that is killed and started again catches up', async () => {
  const [speaker, ...others] = hosts
  const victim = others.pop()
  if (!speaker || !victim) throw new Error('nobody')
  await victim.kill()
  for (const count of [1, 2, 3]) await speaker.must('story.send', { storyId: id, text: `unheard ${count}` })
  const again = await open(victim.data, 'P7')
  hosts = [speaker, ...others, again]
  await until(() => hears(again, 'unheard 3'), 'what was said meanwhile')
  await again.must('story.send', { storyId: id, text: 'back again' })
  for (const host of hosts) await until(() => hears(host, 'back again'), 'the word of who came back')
})

test('REALM-1 of eight processes: a partition of four and four heals to one view', async () => {
  const sides = [hosts.slice(0, 4), hosts.slice(4)]
  await part(sides)
  for (const [index, side] of sides.entries()) {
    for (const host of side) await host.must('story.send', { storyId: id, text: `side ${index}` })
    for (const host of side) await until(async () => (await count(host, `side ${index}`)) === 4, 'one’s own side')
  }
  for (const [index, side] of sides.entries()) {
    for (const host of side) expect(await count(host, `side ${1 - index}`)).toBe(0)
  }
  await part([])
  for (const host of hosts) await until(async () => (await viewOf(host)).texts.includes('side 0'), 'side 0', 120_000)
  const whole = async (host: Host) => (await count(host, 'side 0')) === 4 && (await count(host, 'side 1')) === 4
  for (const host of hosts) await until(() => whole(host), 'both sides’ words', 120_000)
  const [first, ...views] = await Promise.all(hosts.map(viewOf))
  for (const view of views) expect(view).toEqual(first)
})

/** A host whose network can be cut by `part`. */
function open(data: string, name: string): Promise<Host> {
  process.env['INDRA_PARTED'] = join(data, 'parted')
  return serve(data, '--name', name, '--bootstrap', bootstrap)
}

/** Cuts every connection between the sides, and waits until it is cut; no sides: nothing is cut any more. */
async function part(sides: readonly (readonly Host[])[]): Promise<void> {
  for (const side of sides.length > 0 ? sides : [hosts]) {
    const beyond = hosts.filter((host) => sides.length > 0 && !side.includes(host))
    const keys = await Promise.all(beyond.map(deviceOf))
    for (const host of side) writeFileSync(join(host.data, 'parted'), keys.join('\n'))
  }
  if (sides.length === 0) return
  for (const side of sides) {
    for (const host of side) await until(async () => (await others(host)).length === side.length - 1, 'the cut')
  }
}

async function others(host: Host): Promise<string[]> {
  const members = await host.must('realm.members', { id })
  return members.filter((member) => member.online && member.playerId !== host.id).map((member) => member.playerId)
}

async function isWhole(host: Host): Promise<boolean> {
  const members = await host.ask('realm.members', { id })
  return members.ok && members.value.length === people && (await others(host)).length === people - 1
}

async function deviceOf(host: Host): Promise<string> {
  const { devices } = await host.must('identity.get', {})
  return devices.find((device) => device.self)?.deviceId ?? ''
}

async function viewOf(host: Host): Promise<{ texts: string[]; ids: string[] }> {
  const { items } = await host.must('story.entries', { storyId: id, limit: 200 })
  return { texts: items.map((item) => item.text), ids: items.map((item) => item.entryId) }
}

async function count(host: Host, text: string): Promise<number> {
  return (await viewOf(host)).texts.filter((each) => each === text).length
}

async function hears(host: Host, text: string): Promise<boolean> {
  return (await count(host, text)) > 0
}
