import { describe, expect, it } from 'vitest'
import { aPeer } from '../sample.fixture.ts'
import type { Connection } from '../store.ts'
import { windowTransport } from './window.ts'

/** A window as far as a preload uses it. */
class FakeWindow extends EventTarget {
  readonly location = { origin: 'indra-app://indra' }
  readonly posted: unknown[] = []
  postMessage(message: unknown): void {
    this.posted.push(message)
  }
  arrive(data: unknown, ports: MessagePort[] = [], source: unknown = this): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data, ports, source }))
  }
}

function openWindow() {
  const page = new FakeWindow()
  const connections: Connection[] = []
  const links: string[] = []
  const events: string[] = []
  let gaps = 0
  const opening = windowTransport(
    {
      onEvent: (event) => events.push(event.type),
      onConnection: (connection) => connections.push(connection),
      onGap: () => gaps++,
      onLink: (link) => links.push(link),
    },
    page as unknown as Window,
  )
  return { page, opening, connections, links, events, gaps: () => gaps }
}

function core(): { port: MessagePort; end: MessagePort } {
  const { port1, port2 } = new MessageChannel()
  port2.onmessage = ({ data }) => port2.postMessage({ answer: data.call, result: { ok: true, value: data.type } })
  return { port: port1 as unknown as MessagePort, end: port2 as unknown as MessagePort }
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve))
}

describe('window', () => {
  it('TRANSPORT-8 says it is ready, takes the port it is handed, asks and hears events over it', async () => {
    const { page, opening, events, connections } = openWindow()
    expect(page.posted).toEqual([{ type: 'indra-ready' }])
    const { port, end } = core()
    page.arrive({ type: 'indra-port' }, [port])
    const client = await opening
    expect(await client.call('identity.get', {})).toMatchObject({ ok: true, value: 'identity.get' })
    end.postMessage({ event: { type: 'peer', peer: aPeer(2) } })
    await until(() => events.length > 0)
    expect(connections).toEqual(['live'])
    client.close()
  })

  it('TRANSPORT-9 goes on over a new port when the core was started again, and asks everything anew', async () => {
    const { page, opening, connections, gaps } = openWindow()
    page.arrive({ type: 'indra-port' }, [core().port])
    const client = await opening
    page.arrive({ type: 'indra-port' }, [core().port])
    expect(gaps()).toBe(1)
    expect(connections.at(-1)).toBe('live')
    expect(await client.call('vault.root', {})).toMatchObject({ value: 'vault.root' })
    client.close()
  })

  it('TRANSPORT-10 hears only its own window, and takes an `indra:` link where it follows one', () => {
    const { page, connections, links } = openWindow()
    page.arrive({ type: 'indra-port' }, [core().port], { name: 'another frame' })
    page.arrive({ type: 'indra-port' })
    page.arrive('indra-port', [core().port])
    page.arrive({ type: 'indra-link', link: 7 })
    page.arrive({ type: 'indra-link', link: 'indra:realm:x' })
    expect(connections).toEqual([])
    expect(links).toEqual(['indra:realm:x'])
  })
})
