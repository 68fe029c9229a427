import { describe, expect, it } from 'vitest'
import type { PushEvent } from '../../shared/contract.ts'
import { aPeer, artifact } from '../sample.fixture.ts'
import type { Connection } from '../store.ts'
import { gatewayTransport, type Web } from './gateway.ts'

/** A browser's stream of events, opened and cut by hand. */
class Stream extends EventTarget {
  readonly CLOSED = 2
  readyState = 0
  readonly url: string
  constructor(url: string) {
    super()
    this.url = url
  }
  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }
  cut(isFinal: boolean): void {
    this.readyState = isFinal ? 2 : 0
    this.dispatchEvent(new Event('error'))
  }
  tell(type: string, data: unknown): void {
    this.dispatchEvent(Object.assign(new Event(type), { data: typeof data === 'string' ? data : JSON.stringify(data) }))
  }
  close(): void {
    this.readyState = 2
  }
}

type Post = {
  readonly type: string
  readonly init: RequestInit
  answer(status: number, body: unknown): void
  fail(): void
}

function browser() {
  const streams: Stream[] = []
  const posts: Post[] = []
  const events: PushEvent[] = []
  const connections: Connection[] = []
  let gaps = 0
  const web: Web = {
    fetch: (_url, init) =>
      new Promise((resolve, reject) => {
        posts.push({
          type: JSON.parse(String(init?.body)).type,
          init: init ?? {},
          answer: (status, body) => resolve(new Response(JSON.stringify(body), { status })),
          fail: () => reject(new TypeError('network')),
        })
      }),
    events(url) {
      const stream = new Stream(url)
      streams.push(stream)
      return stream as unknown as EventSource
    },
    later: (_, then) => queueMicrotask(then),
  }
  const opening = gatewayTransport(
    'to/ken',
    {
      onEvent: (event) => events.push(event),
      onConnection: (connection) => connections.push(connection),
      onGap: () => gaps++,
      onLink: () => {},
    },
    web,
  )
  return { opening, streams, posts, events, connections, gaps: () => gaps }
}

async function opened() {
  const all = browser()
  all.streams[0]?.open()
  return { ...all, client: await all.opening }
}

const turn = () => new Promise((resolve) => setTimeout(resolve))

describe('gateway', () => {
  it('TRANSPORT-1 asks with the token in the head, never in the address, and hands the answer on', async () => {
    const { client, posts } = await opened()
    const answer = client.call('vault.root', {})
    await turn()
    expect(posts[0]?.init.headers).toMatchObject({ authorization: 'Bearer to/ken' })
    posts[0]?.answer(200, { ok: true, value: { id: artifact(1) } })
    expect(await answer).toEqual({ ok: true, value: { id: artifact(1) } })
  })

  it('TRANSPORT-2 commands leave in the order they were given: the next when the one before was dispatched', async () => {
    const { client, posts } = await opened()
    void client.call('story.send', { storyId: artifact(1), text: 'one' })
    void client.call('story.send', { storyId: artifact(1), text: 'two' })
    await turn()
    expect(posts).toHaveLength(1)
    posts[0]?.answer(200, { ok: true, value: {} })
    await turn()
    expect(posts.map((post) => JSON.parse(String(post.init.body)).args.text)).toEqual(['one', 'two'])
  })

  it('TRANSPORT-3 what cannot be asked is answered with a fault, and does not block what follows', async () => {
    const { client, posts } = await opened()
    const first = client.call('vault.root', {})
    const second = client.call('peer.list', {})
    await turn()
    posts[0]?.fail()
    await turn()
    posts[1]?.answer(500, '<html>')
    expect(await first).toMatchObject({ ok: false, fault: { code: 'StoreFailed' } })
    expect(await second).toMatchObject({ ok: false, fault: { code: 'StoreFailed' } })
  })

  it('TRANSPORT-4 events come by their name; what is not one is ignored', async () => {
    const { streams, events } = await opened()
    expect(streams[0]?.url).toBe('/v1/stream?token=to%2Fken')
    streams[0]?.tell('peer', { type: 'peer', peer: aPeer(2) })
    streams[0]?.tell('peer', { type: 'peer' })
    streams[0]?.tell('peer', 'not json')
    await turn()
    expect(events.map((event) => event.type)).toEqual(['peer'])
  })

  it('TRANSPORT-5 a cut is told and mended by the browser without asking everything again', async () => {
    const { streams, connections, gaps } = await opened()
    streams[0]?.cut(false)
    streams[0]?.open()
    expect(connections).toEqual(['live', 'lost', 'live'])
    expect([streams.length, gaps()]).toEqual([1, 0])
  })

  it('TRANSPORT-6 a cursor that is gone means a new stream and asking everything again', async () => {
    const { streams, posts, gaps } = await opened()
    streams[0]?.cut(true)
    await turn()
    posts[0]?.answer(200, { ok: true, value: {} })
    await turn()
    expect(streams).toHaveLength(2)
    expect(gaps()).toBe(0)
    streams[1]?.open()
    expect(gaps()).toBe(1)
  })

  it('TRANSPORT-7 a token that is refused ends it, plainly', async () => {
    const { opening, streams, posts, connections } = browser()
    streams[0]?.cut(true)
    await opening
    await turn()
    posts[0]?.answer(401, { ok: false, fault: { code: 'Unauthorized', message: 'no' } })
    await turn()
    expect(connections.at(-1)).toBe('refused')
    expect(streams).toHaveLength(1)
  })
})
