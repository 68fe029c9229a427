import type { PushEvent } from '../../shared/contract.ts'
import type { Client } from '../../shared/rpc.ts'
import type { Happening } from '../mirror.ts'
import { promised } from '../promised.ts'
import { newStore, openPanel, type Store, take } from '../store.ts'
import { openTransport } from '../transport/transport.ts'
import { type Attention, newAttention } from './attention.ts'
import { type Motion, newMotion, windowClock } from './motion.ts'
import { newReader, type Reader } from './reader.ts'
import { followRooms } from './rooms-followed.ts'

/** One open window: what it holds, how it asks, where its camera is. */
export type Session = {
  readonly store: Store
  readonly ask: Client['call']
  readonly read: Reader
  readonly motion: Motion
  readonly attention: Attention
}

/** Opens the window's one session. It is usable at once; what the core says arrives in the store. */
export function openSession(): Session {
  const store = newStore()
  const client = promised<Client>()
  const ask: Client['call'] = (type, args) => client.promise.then((there) => there.call(type, args))
  const read = newReader(ask, store)
  const motion = newMotion(windowClock, { w: window.innerWidth, h: window.innerHeight })
  const session = { store, ask, read, motion, attention: newAttention(ask, windowClock.later) }
  const arrive = inbox(store)
  void openTransport({
    onEvent(event) {
      arrive(event)
      if (event.type === 'inbox') void read.letters()
    },
    onLink: (code) => openPanel(store, { kind: 'connect', code }),
    onConnection: (connection) => store.setState({ connection }),
    onGap: () => void read.everything(),
  }).then((there) => {
    client.keep(there)
    if (store.getState().connection !== 'refused') void read.everything()
  })
  followRooms(session)
  window.addEventListener('pagehide', () => session.attention.ended())
  return session
}

/** The first event of a burst is taken at once; what follows it within a frame is taken together. */
function inbox(store: Store): (event: PushEvent) => void {
  let waiting: Happening[] = []
  let isWaiting = false
  function drain(): void {
    const all = waiting
    waiting = []
    isWaiting = all.length > 0
    if (!isWaiting) return
    take(store, all)
    soon(drain)
  }
  return (event) => {
    if (isWaiting) {
      waiting.push(event)
      return
    }
    isWaiting = true
    take(store, [event])
    soon(drain)
  }
}

/** With the next frame, or shortly where no frames are drawn because the window is hidden. */
function soon(callback: () => void): void {
  let isDone = false
  const once = () => {
    if (isDone) return
    isDone = true
    callback()
  }
  requestAnimationFrame(once)
  setTimeout(once, 100)
}
