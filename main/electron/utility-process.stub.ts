import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** One end of a channel in the main process: only ever given away there. */
export class StubPort {
  readonly #port: MessagePort
  #isGiven = false

  constructor(port: MessagePort) {
    this.#port = port
  }
  give(): MessagePort {
    if (this.#isGiven) throw new Error('Port at index 0 is already neutered')
    this.#isGiven = true
    return this.#port
  }
}

export class StubChannel {
  readonly port1: StubPort
  readonly port2: StubPort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new StubPort(port1)
    this.port2 = new StubPort(port2)
  }
}

/** What travels between the main process and a utility process: a message with the numbers of its ports, or one port's. */
export type Carried =
  | { readonly message: unknown; readonly ports: number[] }
  | { readonly port: number; readonly said: unknown }
  | { readonly port: number; readonly closed: true }

/** A utility process as a Node process of its own; ports given to it are carried over the one channel there is. */
export class StubUtilityProcess extends EventEmitter {
  readonly options: Record<string, unknown>
  readonly child: ChildProcess
  readonly #ports: MessagePort[] = []

  constructor(module: string, args: string[], options: Record<string, unknown>) {
    super()
    this.options = options
    const fixture = fileURLToPath(new URL('utility-process.fixture.ts', import.meta.url))
    this.child = fork(fixture, [module, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
    })
    this.child.on('message', (carried: Carried) => this.#receive(carried))
    this.child.once('exit', (code) => {
      for (const port of this.#ports) port.close()
      this.emit('exit', code ?? 15)
    })
  }
  postMessage(message: unknown, ports: StubPort[] = []): void {
    const given = ports.map((port) => this.#carry(port.give()))
    this.#send({ message, ports: given })
  }
  kill(): boolean {
    return this.child.kill('SIGTERM')
  }
  #carry(port: MessagePort): number {
    const number = this.#ports.push(port) - 1
    port.on('message', (said) => this.#send({ port: number, said }))
    port.on('close', () => this.#send({ port: number, closed: true }))
    return number
  }
  #receive(carried: Carried): void {
    if ('message' in carried) this.emit('message', carried.message)
    else if ('said' in carried) this.#ports[carried.port]?.postMessage(carried.said)
    else this.#ports[carried.port]?.close()
  }
  #send(carried: Carried): void {
    if (this.child.connected) this.child.send(carried)
  }
}
