import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'
import type { Carried } from './utility-process.stub.ts'

/** A process that is, to the module it is started with, a utility process of Electron's. */
class Port extends EventEmitter {
  readonly #number: number
  #early: unknown[] | undefined = []

  constructor(number: number) {
    super()
    this.#number = number
  }
  postMessage(said: unknown): void {
    send({ port: this.#number, said })
  }
  start(): void {
    for (const said of this.#early ?? []) this.emit('message', { data: said, ports: [] })
    this.#early = undefined
  }
  close(): void {
    send({ port: this.#number, closed: true })
  }
  hear(said: unknown): void {
    if (this.#early) this.#early.push(said)
    else this.emit('message', { data: said, ports: [] })
  }
}

const ports = new Map<number, Port>()

class ParentPort extends EventEmitter {
  #early: unknown[] | undefined = []

  constructor() {
    super()
    this.once('newListener', (name) => {
      if (name === 'message') queueMicrotask(() => this.#begin())
    })
  }
  postMessage(message: unknown): void {
    send({ message, ports: [] })
  }
  hear(event: unknown): void {
    if (this.#early) this.#early.push(event)
    else this.emit('message', event)
  }
  #begin(): void {
    for (const event of this.#early ?? []) this.emit('message', event)
    this.#early = undefined
  }
}

const parentPort = new ParentPort()
Object.assign(process, { parentPort })
process.on('message', (carried: Carried) => {
  if ('message' in carried) return parentPort.hear({ data: carried.message, ports: carried.ports.map(newPort) })
  const port = ports.get(carried.port)
  if ('said' in carried) port?.hear(carried.said)
  else port?.emit('close')
})
process.once('disconnect', () => process.exit(1))

function newPort(number: number): Port {
  const port = new Port(number)
  ports.set(number, port)
  return port
}

function send(carried: Carried): void {
  process.send?.(carried)
}

await import(pathToFileURL(process.argv[2] ?? '').href)
