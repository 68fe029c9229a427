import type Hyperswarm from 'hyperswarm'
import type { Discovery } from 'hyperswarm'
import { type Backoff, backoff } from './backoff.ts'

export type Topic = { readonly topic: Uint8Array; readonly announce: boolean; readonly lookup: boolean }

/** An open connection, as far as finding others is concerned. `since` is when it opened. */
export type Found = { readonly device: string; readonly topics: readonly string[]; readonly since: number }

/** Looks for whom it is told to until they are found, and again when they are lost. */
export type Seeking = {
  /** the whole set; what is not named is left, connections stay */
  want(topics: readonly Topic[], devices: readonly string[]): void
  wants(device: string): boolean
  /** of these topics (hex) those that are being looked up now */
  lookedUp(topics: readonly string[]): string[]
  /** several times a second */
  check(now: number, found: readonly Found[]): void
  /** it can be tried at an address nearby: dials it, also when only a topic led there */
  foundNear(device: string, now: number): void
  /** the network changed: everything not found is worth trying now */
  hurry(now: number): void
}

type SoughtTopic = { readonly session: Discovery; readonly retry: Backoff; topic: Topic; hasLed: boolean }

/** A connection that lasted this long worked; shorter ones keep the wait growing, or two peers at odds would spin. */
const lasting = 1_000

/** The longest wait between looks at a topic that has led to someone, as long as the library's own. */
const rarely = 600_000

/**
 * Two peers that join in one instant both look before either is announced, so each looks a second time as soon as its
 * own announcement is made, a little apart from the other.
 */
const secondLook = 100

/** Milliseconds for a dial to a device that only a topic led to. */
const lookNear = 10_000

export function createSeeking(swarm: Hyperswarm): Seeking {
  const topics = new Map<string, SoughtTopic>()
  const devices = new Map<string, Backoff>()
  return {
    want(wantedTopics, wantedDevices) {
      wantTopics(swarm, topics, wantedTopics)
      wantDevices(swarm, devices, wantedDevices)
    },
    wants: (device) => devices.has(device),
    lookedUp: (all) => [...new Set(all)].filter((topic) => topics.get(topic)?.topic.lookup === true),
    check(now, found) {
      const [firstByDevice, firstByTopic] = oldest(found)
      for (const [device, retry] of devices) {
        if (isDeviceDue(retry, now, firstByDevice.get(device))) swarm.joinPeer(Buffer.from(device, 'hex'))
      }
      for (const [hex, sought] of topics) {
        if (isTopicDue(sought, now, firstByTopic.get(hex))) quietly(sought.session.refresh())
      }
    },
    foundNear(device, now) {
      const wanted = devices.get(device)
      if (wanted) return wanted.hurry(now, 0)
      const key = Buffer.from(device, 'hex')
      swarm.joinPeer(key)
      // asked for once: who is not sought by key is not sought for ever
      setTimeout(() => !devices.has(device) && swarm.leavePeer(key), lookNear).unref()
    },
    hurry(now) {
      for (const retry of devices.values()) retry.hurry(now, secondLook)
      for (const { retry } of topics.values()) retry.hurry(now, secondLook)
    },
  }
}

function wantTopics(swarm: Hyperswarm, present: Map<string, SoughtTopic>, wanted: readonly Topic[]): void {
  const next = merged(wanted)
  for (const [hex, { session }] of present) {
    if (next.has(hex)) continue
    present.delete(hex)
    quietly(session.destroy())
  }
  for (const [hex, topic] of next) {
    const sought = present.get(hex)
    if (!sought) present.set(hex, join(swarm, topic))
    else if (sought.topic.announce !== topic.announce || sought.topic.lookup !== topic.lookup) {
      sought.topic = topic
      quietly(sought.session.refresh(roles(topic)))
    }
  }
}

function join(swarm: Hyperswarm, topic: Topic): SoughtTopic {
  const session = swarm.join(Buffer.from(topic.topic), roles(topic))
  const retry = backoff()
  retry.attempted(performance.now())
  quietly(session.flushed().then(() => retry.hurry(performance.now(), secondLook)))
  return { session, topic, retry, hasLed: false }
}

function wantDevices(swarm: Hyperswarm, present: Map<string, Backoff>, wanted: readonly string[]): void {
  const next = new Set(wanted)
  for (const device of present.keys()) {
    if (next.has(device)) continue
    present.delete(device)
    swarm.leavePeer(Buffer.from(device, 'hex'))
  }
  for (const device of next) if (!present.has(device)) present.set(device, backoff())
}

/** Whether to try now; if so the attempt is noted. `since` is when the connection to it opened. */
function isDeviceDue(retry: Backoff, now: number, since: number | undefined): boolean {
  if (since !== undefined) {
    if (now - since >= lasting) retry.worked(now)
    return false
  }
  if (!retry.due(now)) return false
  retry.attempted(now)
  return true
}

/**
 * The same for a topic; `since` is when the oldest connection it led to opened. Others may be there too, so the waits
 * only grow longer then; when all it led to are gone, they begin anew.
 */
function isTopicDue(sought: SoughtTopic, now: number, since: number | undefined): boolean {
  const { retry, topic, hasLed } = sought
  if (!topic.lookup) return false
  sought.hasLed = since !== undefined && now - since >= lasting
  if (hasLed && !sought.hasLed) retry.worked(now)
  if (!retry.due(now)) return false
  retry.attempted(now, sought.hasLed ? rarely : undefined)
  return true
}

function oldest(found: readonly Found[]): [Map<string, number>, Map<string, number>] {
  const [byDevice, byTopic] = [new Map<string, number>(), new Map<string, number>()]
  for (const { device, topics, since } of found) {
    byDevice.set(device, since)
    for (const topic of topics) byTopic.set(topic, Math.min(since, byTopic.get(topic) ?? since))
  }
  return [byDevice, byTopic]
}

/** One entry per topic that is good for anything. */
function merged(topics: readonly Topic[]): Map<string, Topic> {
  const all = new Map<string, Topic>()
  for (const { topic, announce, lookup } of topics) {
    if (topic.byteLength !== 32) throw new RangeError(`a topic of ${topic.byteLength} bytes`)
    const hex = toHex(topic)
    const known = all.get(hex)
    const both = { topic, announce: announce || known?.announce === true, lookup: lookup || known?.lookup === true }
    if (both.announce || both.lookup) all.set(hex, both)
  }
  return all
}

function roles({ announce, lookup }: Topic): { server: boolean; client: boolean } {
  return { server: announce, client: lookup }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** The network's failures are answered by trying again; they are nobody's news. */
function quietly(attempt: Promise<unknown>): void {
  attempt.catch(() => {})
}
