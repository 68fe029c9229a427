import { randomBytes } from 'node:crypto'
import type { Effect } from '../core/effect.ts'
import { hex } from '../crypto/bytes.ts'
import { signingKeys } from '../crypto/signature.ts'
import type { Parts, SwarmPart } from '../run.ts'

export type Crossing = { readonly from: string; readonly to: string; readonly frame: Uint8Array }

/** A network inside this process: no sockets, no loss, no delay but the turn of the loop. */
export type Wire = {
  readonly open: Parts['openSwarm']
  /** connections are cut and nobody finds anybody until `mend` */
  cut(): void
  mend(): void
  /** resolves when nothing is under way any more */
  quiet(): Promise<void>
  /** called for every frame as it is handed over */
  onCrossing: (crossing: Crossing) => void
}

type Events = Parameters<Parts['openSwarm']>[1]
type Plug = {
  readonly device: string
  readonly on: Events
  topics: Extract<Effect, { type: 'seek' }>['topics']
  devices: readonly string[]
  readonly lines: Map<number, { readonly other: Plug; readonly connection: number }>
}

export function createWire(): Wire {
  const plugs = new Set<Plug>()
  let isCut = false
  let last = 0
  let underWay = 0
  const wire: Wire = {
    open: async (seed, on) => {
      const plug: Plug = { device: hex(signingKeys(seed).publicKey), on, topics: [], devices: [], lines: new Map() }
      plugs.add(plug)
      return part(plug)
    },
    cut() {
      isCut = true
      for (const plug of plugs) for (const connection of plug.lines.keys()) end(plug, connection)
    },
    mend() {
      isCut = false
      meet()
    },
    async quiet() {
      for (let calm = 0; calm < 3; calm = underWay === 0 ? calm + 1 : 0) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    onCrossing: () => {},
  }

  function part(plug: Plug): SwarmPart {
    return {
      send(connection, frame) {
        const line = plug.lines.get(connection)
        if (!line) return
        later(() => {
          if (!line.other.lines.has(line.connection)) return
          wire.onCrossing({ from: plug.device, to: line.other.device, frame })
          line.other.on.received(line.connection, frame)
        })
      },
      hangUp: (connection) => end(plug, connection),
      seek(topics, devices) {
        plug.topics = topics
        plug.devices = devices
        meet()
      },
      // attention logs have their own protocol on a real stream; here there is none to carry it
      stream: () => ({ destroyed: true }),
      async close() {
        for (const connection of plug.lines.keys()) end(plug, connection)
        plugs.delete(plug)
      },
    }
  }

  function later(run: () => void): void {
    underWay += 1
    setImmediate(() => {
      underWay -= 1
      run()
    })
  }

  function end(plug: Plug, connection: number): void {
    const line = plug.lines.get(connection)
    if (!line) return
    plug.lines.delete(connection)
    line.other.lines.delete(line.connection)
    later(() => plug.on.disconnected(connection))
    later(() => line.other.on.disconnected(line.connection))
  }

  function meet(): void {
    if (isCut) return
    for (const a of plugs) for (const b of plugs) if (a.device < b.device) connect(a, b)
  }

  function connect(a: Plug, b: Plug): void {
    const isThere = [...a.lines.values()].some((line) => line.other === b)
    if (isThere || !(finds(a, b) || finds(b, a))) return
    const [atA, atB] = [++last, ++last]
    a.lines.set(atA, { other: b, connection: atB })
    b.lines.set(atB, { other: a, connection: atA })
    const handshake = new Uint8Array(randomBytes(32))
    later(() => a.on.connected({ connection: atA, device: b.device, handshake, topics: common(a, b) }))
    later(() => b.on.connected({ connection: atB, device: a.device, handshake, topics: common(b, a) }))
  }

  return wire
}

function finds(a: Plug, b: Plug): boolean {
  return a.devices.includes(b.device) || common(a, b).length > 0
}

/** Topics that `seeker` looks up and `found` announces. */
function common(seeker: Plug, found: Plug): string[] {
  const announced = new Set(found.topics.filter((each) => each.announce).map((each) => hex(each.topic)))
  return seeker.topics.filter((each) => each.lookup && announced.has(hex(each.topic))).map((each) => hex(each.topic))
}
