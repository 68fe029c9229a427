import { randomBytes } from 'node:crypto'
import type { Effect } from '../core/effect.ts'
import { hex } from '../crypto/bytes.ts'
import { signingKeys } from '../crypto/signature.ts'
import type { SwarmEvents, SwarmPart } from '../parts.ts'

type Crossing = { readonly from: string; readonly frame: Uint8Array }

type Plug = {
  readonly device: string
  readonly on: SwarmEvents
  topics: Extract<Effect, { type: 'seek' }>['topics']
  devices: readonly string[]
  /** own number of a connection → its other end */
  readonly lines: Map<number, { readonly other: Plug; readonly connection: number }>
}

/** A network inside this process: no sockets, no loss, no delay but the turn of the loop. */
export class Wire {
  /** called for every frame as it is handed over */
  onCrossing: (crossing: Crossing) => void = () => {}
  readonly #plugs = new Set<Plug>()
  #isCut = false
  #last = 0
  #underWay = 0

  async open(seed: Uint8Array, on: SwarmEvents): Promise<SwarmPart> {
    const plug: Plug = { device: hex(signingKeys(seed).publicKey), on, topics: [], devices: [], lines: new Map() }
    this.#plugs.add(plug)
    return {
      send: (connection, frame) => this.#send(plug, connection, frame),
      hangUp: (connection) => this.#end(plug, connection),
      seek: (topics, devices) => {
        plug.topics = topics
        plug.devices = devices
        this.#meet()
      },
      bulk: (connection) => this.#bulk(plug, connection),
      // attention logs have their own protocol on a real stream; here there is none to carry it
      stream: () => ({ destroyed: true }),
      close: async () => {
        this.#unplug(plug)
        this.#plugs.delete(plug)
      },
    }
  }

  /** Ends every connection; nobody finds anybody until `mend`. */
  cut(): void {
    this.#isCut = true
    for (const plug of this.#plugs) this.#unplug(plug)
  }

  mend(): void {
    this.#isCut = false
    this.#meet()
  }

  /** Resolves when nothing is under way any more. */
  async quiet(): Promise<void> {
    for (let calm = 0; calm < 3; calm = this.#underWay === 0 ? calm + 1 : 0) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #later(run: () => void): void {
    this.#underWay += 1
    setImmediate(() => {
      this.#underWay -= 1
      run()
    })
  }

  #send(plug: Plug, connection: number, frame: Uint8Array): void {
    const line = plug.lines.get(connection)
    if (!line) return
    this.#later(() => {
      if (!line.other.lines.has(line.connection)) return
      this.onCrossing({ from: plug.device, frame })
      line.other.on.received(line.connection, frame)
    })
  }

  /** Questions and answers as they are: nothing here is about how fast bytes go. */
  #bulk(plug: Plug, connection: number): ReturnType<SwarmPart['bulk']> {
    const line = plug.lines.get(connection)
    if (!line) return undefined
    const { other } = line
    return {
      ask: (question) => this.#later(() => other.on.bytesAsked(line.connection, question)),
      forget: () => {},
      tell: (number, load) =>
        void load().then((bytes) => this.#later(() => other.on.bytesCame(line.connection, number, bytes))),
    }
  }

  #unplug(plug: Plug): void {
    for (const connection of plug.lines.keys()) this.#end(plug, connection)
  }

  #end(plug: Plug, connection: number): void {
    const line = plug.lines.get(connection)
    if (!line) return
    plug.lines.delete(connection)
    line.other.lines.delete(line.connection)
    this.#later(() => plug.on.disconnected(connection))
    this.#later(() => line.other.on.disconnected(line.connection))
  }

  #meet(): void {
    if (this.#isCut) return
    for (const a of this.#plugs) for (const b of this.#plugs) if (a.device < b.device) this.#connect(a, b)
  }

  #connect(a: Plug, b: Plug): void {
    const isThere = [...a.lines.values()].some((line) => line.other === b)
    if (isThere || !(finds(a, b) || finds(b, a))) return
    this.#last += 2
    const [atA, atB] = [this.#last - 1, this.#last]
    a.lines.set(atA, { other: b, connection: atB })
    b.lines.set(atB, { other: a, connection: atA })
    const handshake = new Uint8Array(randomBytes(32))
    this.#later(() => a.on.connected({ connection: atA, device: b.device, handshake, topics: common(a, b) }))
    this.#later(() => b.on.connected({ connection: atB, device: a.device, handshake, topics: common(b, a) }))
  }
}

function finds(a: Plug, b: Plug): boolean {
  return a.devices.includes(b.device) || common(a, b).length > 0
}

/** Topics that `seeker` looks up and `found` announces. */
function common(seeker: Plug, found: Plug): string[] {
  const announced = new Set(found.topics.filter((each) => each.announce).map((each) => hex(each.topic)))
  return seeker.topics.filter((each) => each.lookup && announced.has(hex(each.topic))).map((each) => hex(each.topic))
}
