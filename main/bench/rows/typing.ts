import { splice } from '@automerge/automerge'
import { type AutomergeUrl, Repo } from '@automerge/automerge-repo'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { WebSocket } from 'ws'
import { applyUpdate, Doc } from 'yjs'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bench, pause, start } from '../bench.ts'
import { until } from '../filling.ts'
import { type Finding, tail, times } from '../finding.ts'
import type { Host } from '../host.ts'
import { ratio, type Sample } from '../sample.ts'
import { inTurns } from '../turns.ts'

const crowds = [4, 16]
/** Between two letters of one typist, in milliseconds: fast typing. */
const stroke = 120

/** Someone who types, or looks on: `type` puts a letter in, `onText` hears the text whenever it is another. */
type Seat = { type(letter: string): unknown; onText(hear: (text: string) => void): void; leave(): unknown }

/**
 * Letters typed at once by several into one Document, each unlike all others: from the stroke until it stands in front
 * of somebody at the other host, who looks on. Beside it the same with Yjs over a WebSocket that hands on what it is
 * given: no signature, no disk, no second host.
 */
export async function typing(bench: Bench): Promise<Finding[]> {
  const hosts = [await bench.host(bench.folder('typing/a')), await bench.host(bench.folder('typing/b'))] as const
  const id = await share(...hosts)
  const relay = start('bare-typing.ts', [])
  const port = Number(await relay.next())
  const findings: Finding[] = []
  for (const crowd of crowds) {
    const measured = await inTurns(
      {
        surfaces: () => round(bench, crowd, (index) => surfaceSeat(hosts[index % 2 === 0 ? 0 : 1], id)),
        commands: () => round(bench, crowd, (index) => commandSeat(hosts[index % 2 === 0 ? 0 : 1], id)),
        yjs: () => round(bench, crowd, () => yjsSeat(port)),
      },
      { rounds: bench.scale.typingRounds, warmUp: 1 },
    )
    findings.push(finding(`${crowd} surfaces type, half at each host`, measured.surfaces, measured.yjs))
    findings.push(finding(`${crowd} programs type by document.edit, durable`, measured.commands, measured.yjs))
  }
  relay.stop()
  await Promise.all(hosts.map((host) => host.stop()))
  return findings
}

function finding(what: string, ours: Sample, beside: Sample): Finding {
  return {
    what,
    measured: tail(ours, 'ms'),
    beside: `Yjs, bare WebSocket: ${tail(beside, 'ms')}; ${times(ratio(ours, beside))}`,
  }
}

/** Typists of even numbers sit at one place, odd ones at the other; who looks on sits at each. */
async function round(bench: Bench, crowd: number, sit: (index: number) => Promise<Seat>): Promise<Sample> {
  const [here, there, ...typists] = await Promise.all(Array.from({ length: crowd + 2 }, (_, index) => sit(index)))
  if (!here || !there) return []
  const begun = new Map<string, number>()
  const seen: number[] = []
  const look = (seat: Seat, parity: number) =>
    seat.onText((text) => {
      for (const [letter, at] of begun) {
        if (letter.charCodeAt(0) % 2 === parity || !text.includes(letter)) continue
        begun.delete(letter)
        seen.push(performance.now() - at)
      }
    })
  look(here, 0)
  look(there, 1)
  let next = 0
  for (let turn = 0; turn < bench.scale.letters; turn += 1) {
    for (const [index, typist] of typists.entries()) {
      const letter = String.fromCharCode(firstLetter + 2 * next++ + (index % 2))
      begun.set(letter, performance.now())
      void typist.type(letter)
      await pause(stroke / crowd)
    }
  }
  await until('the last letters', async () => begun.size === 0, 30_000, 20)
  for (const seat of [here, there, ...typists]) await seat.leave()
  return seen
}

/** Letters nobody uses otherwise. */
const firstLetter = 0xe000

async function share(author: Host, reader: Host): Promise<ArtifactId> {
  const { id } = await author.ask('artifact.create', { type: 'document', name: 'Together' })
  const { code } = await author.ask('realm.invite', { id, approve: false })
  await reader.ask('realm.join', { code })
  const isThere = async () => (await reader.ask('artifact.get', { id })).status === 'active'
  await until('joining', isThere, 60_000, 100)
  return id
}

async function surfaceSeat(host: Host, id: ArtifactId): Promise<Seat> {
  const { url } = await host.ask('document.open', { id })
  const address = `${host.url.replace('http', 'ws')}v1/documents?token=${host.token}`
  const repo = new Repo({ network: [new WebSocketClientAdapter(address, 1_000)] })
  await new Promise<void>((resolve) => repo.networkSubsystem.once('peer', () => resolve()))
  const handle = await repo.find<{ text: string }>(url as AutomergeUrl)
  return {
    type: (letter) => handle.change((draft) => splice(draft, ['text'], 0, 0, letter)),
    onText: (hear) => handle.on('change', ({ doc }) => hear(doc.text)),
    leave: () => repo.shutdown(),
  }
}

async function commandSeat(host: Host, id: ArtifactId): Promise<Seat> {
  let isHere = true
  return {
    type: (letter) => host.ask('document.edit', { id, ops: [{ at: 0, delete: 0, insert: letter }] }),
    onText(hear) {
      void host.listen((event) => {
        if (isHere && event.type === 'text') void read(hear)
      })
    },
    leave() {
      isHere = false
    },
  }

  /** A host that is stopped meanwhile has nothing more to say. */
  async function read(hear: (text: string) => void): Promise<void> {
    const answer = await host.ask('document.text', { id }).catch(() => undefined)
    if (answer) hear(answer.text)
  }
}

async function yjsSeat(port: number): Promise<Seat> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false })
  await new Promise((resolve) => socket.once('open', resolve))
  const doc = new Doc()
  const text = doc.getText('text')
  socket.on('message', (data) => applyUpdate(doc, new Uint8Array(data as Buffer), 'far'))
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'far') socket.send(update)
  })
  return {
    type: (letter) => text.insert(0, letter),
    onText: (hear) => text.observe(() => hear(text.toString())),
    leave: () => socket.close(),
  }
}
