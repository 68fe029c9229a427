import type Hypercore from 'hypercore'
import { hex } from '../crypto/bytes.ts'
import type { CoreStorage } from './core-storage.ts'
import { type CoreEvents, type FollowedCore, followCore } from './followed-core.ts'
import type { Note } from './note.ts'

/** The attention logs of others that are followed just now. */
export type FollowedCores = {
  /** the whole set: others are let go of; `own` is never followed, and what failed before is tried again */
  follow(cores: readonly Uint8Array[], own: Uint8Array | undefined, onEvents: CoreEvents): void
  replicate(stream: Hypercore.Connection): void
  close(): Promise<void>
}

/** `streams`: the live connections, kept by the caller; cores followed later join them. */
export function followedCores(
  storage: () => Promise<CoreStorage>,
  streams: ReadonlySet<Hypercore.Connection>,
  note: Note,
): FollowedCores {
  const followed = new Map<string, FollowedCore>()
  const ending = new Map<string, Promise<void>>()
  let listener: CoreEvents = () => {}

  function start(name: string, key: Uint8Array): void {
    const core = followCore({
      store: storage(),
      key,
      streams,
      note,
      after: ending.get(name),
      report: (...news) => listener(...news),
      failed(error) {
        note('an attention log could not be followed', { error: String(error) })
        if (followed.get(name) === core) drop(name, core)
      },
    })
    followed.set(name, core)
  }

  function drop(name: string, core: FollowedCore): void {
    followed.delete(name)
    const end = core.stop()
    ending.set(name, end)
    void end.then(() => {
      if (ending.get(name) === end) ending.delete(name)
    })
  }

  return {
    follow(cores, own, onEvents) {
      listener = onEvents
      const wanted = new Map(cores.map((core) => [hex(core), core]))
      if (own) wanted.delete(hex(own))
      for (const [name, core] of followed) if (!wanted.has(name)) drop(name, core)
      for (const [name, key] of wanted) if (!followed.has(name)) start(name, key)
    },
    replicate(stream) {
      for (const core of followed.values()) core.replicate(stream)
    },
    async close() {
      for (const [name, core] of followed) drop(name, core)
      await Promise.all(ending.values())
    },
  }
}
