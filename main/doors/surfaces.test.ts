import { setTimeout as rest } from 'node:timers/promises'
import * as Automerge from '@automerge/automerge'
import { generateAutomergeUrl, parseAutomergeUrl, Repo } from '@automerge/automerge-repo'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { expect, onTestFinished, test, vi } from 'vitest'
import { pair } from '../../shared/port.ts'
import { openTested, token } from './gateway.fixture.ts'
import { join, relay } from './port-relay.ts'
import { openSurfaces } from './surfaces.ts'

type Shown = { text: string }

/** What the core would hold, and surfaces that come through a gateway and another process. */
async function scene() {
  const heard: Uint8Array[][] = []
  let core = Automerge.from<Shown>({ text: 'hello' })
  const surfaces = openSurfaces((_, changes) => {
    heard.push(changes)
    core = Automerge.applyChanges(core, changes)[0]
  })
  const [host, child] = pair()
  relay(child, surfaces.connect)
  const toChild = relay(host)
  const gateway = await openTested(undefined, undefined, (port) => join(port, toChild.open()))
  const url = generateAutomergeUrl()
  const { documentId } = parseAutomergeUrl(url)
  surfaces.show(documentId, [Automerge.save(core)])
  onTestFinished(surfaces.close)

  async function surface() {
    const adapter = new WebSocketClientAdapter(`ws://127.0.0.1:${gateway.port}/v1/documents?token=${token}`, 100)
    const repo = new Repo({ network: [adapter] })
    onTestFinished(() => void repo.shutdown())
    return { repo, handle: await repo.find<Shown>(url) }
  }

  function type(text: string): void {
    const before = Automerge.getHeads(core)
    core = Automerge.change(core, (draft) => Automerge.splice(draft, ['text'], 0, 0, text))
    surfaces.show(documentId, Automerge.getChangesSince(core, before))
  }
  return { heard, surface, type, surfaces, documentId, text: () => String(core.text) }
}

test('DOC-3 what two surfaces type reaches the core and each other, gathered, and the core’s reaches both', async () => {
  const { heard, surface, type, text } = await scene()
  const one = await surface()
  const other = await surface()
  expect(one.handle.doc().text).toBe('hello')
  for (const letter of ' world') {
    one.handle.change((draft) => Automerge.splice(draft, ['text'], draft.text.length, 0, letter))
  }
  await vi.waitFor(() => expect(text()).toBe('hello world'))
  expect(heard.length).toBeLessThanOrEqual(2)
  await vi.waitFor(() => expect(other.handle.doc().text).toBe('hello world'))
  type('Core: ')
  other.handle.change((draft) => Automerge.splice(draft, ['text'], draft.text.length, 0, '!'))
  for (const each of [one, other]) await vi.waitFor(() => expect(each.handle.doc().text).toBe('Core: hello world!'))
  await vi.waitFor(() => expect(text()).toBe('Core: hello world!'))
})

test('DOC-4 a surface brings no documents of its own, and loses one that is gone', async () => {
  const { heard, surface, surfaces, documentId } = await scene()
  const { repo, handle } = await surface()
  const own = repo.create<Shown>({ text: 'mine' })
  own.change((draft) => Automerge.splice(draft, ['text'], 0, 0, 'not '))
  handle.change((draft) => Automerge.splice(draft, ['text'], 0, 0, 'one '))
  await vi.waitFor(() => expect(heard.length).toBe(1))
  surfaces.show(documentId, undefined)
  await rest(50)
  handle.change((draft) => Automerge.splice(draft, ['text'], 0, 0, 'two '))
  const late = await surface().catch(() => undefined)
  expect(late).toBeUndefined()
  expect(heard.length).toBe(1)
})
