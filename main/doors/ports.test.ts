import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { type Pipe, portSuite } from '../../shared/port.suite.ts'
import { mailbox, type Port, pair } from '../../shared/port.ts'
import { connect } from '../../shared/rpc.ts'
import { openGateway } from './gateway.ts'
import { gatewayPort } from './gateway-port.ts'
import { messagePort } from './message-port.ts'
import { processPort } from './process-port.ts'

portSuite('pair', async () => {
  const [client, core] = pair()
  return { client, core, stop: async () => client.close() }
})

portSuite('worker_threads MessagePort', async () => {
  const { port1, port2 } = new MessageChannel()
  const client = messagePort(port1)
  return { client, core: messagePort(port2), stop: async () => client.close() }
})

portSuite('MessagePort whose listeners are handed events, as Electron’s are', async () => {
  const { port1, port2 } = new MessageChannel()
  const client = messagePort(eventful(port1), dataOf)
  return { client, core: messagePort(eventful(port2), dataOf), stop: async () => client.close() }
})

portSuite('child process', childPipe)

portSuite('gateway: POST and SSE', async () => {
  const [asking, core] = pair()
  let push: (event: Parameters<typeof gateway.push>[0]) => void = () => {}
  const relay = connect(asking, (event) => push(event))
  const opened = await openGateway({ token: 'secret', files: '/nowhere', ask: relay.relay })
  if (!opened.ok) throw new Error(opened.fault.message)
  const gateway = opened.value
  push = gateway.push
  const client = gatewayPort(gateway.url, 'secret')
  return {
    client,
    core,
    async stop() {
      client.close()
      await gateway.close()
    },
  }
})

describe('process-port', () => {
  it('PORT-11 keeps lanes apart', async () => {
    const child = fork(new URL('mirror.fixture.ts', import.meta.url), { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] })
    const tested = processPort(child, 'tested')
    const other = processPort(child, 'other')
    const heard: unknown[] = []
    tested.onMessage((message) => heard.push(message))
    other.send('a')
    expect(await new Promise((resolve) => other.onMessage(resolve))).toBe('other: a')
    expect(heard).toEqual([])
    tested.close()
  })

  it('PORT-12 closes when the other process is killed', async () => {
    const child = fork(new URL('mirror.fixture.ts', import.meta.url), { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] })
    const port = processPort(child, 'tested')
    child.kill('SIGKILL')
    await new Promise<void>((resolve) => port.onClose(resolve))
    port.send('into nothing')
  })
})

/** The core's end lives in a child; what it hears and says travels to this process over its stdin and stdout. */
async function childPipe(): Promise<Pipe> {
  const child = fork(new URL('mirror.fixture.ts', import.meta.url), { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const inbox = mailbox()
  if (!child.stdout || !child.stdin) throw new Error('no pipes')
  const { stdin } = child
  createInterface(child.stdout).on('line', (line) => inbox.deliver(JSON.parse(decodeURIComponent(line))))
  const core: Port = {
    send: (message) => void stdin.write(`${encodeURIComponent(JSON.stringify(message))}\n`),
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close: () => stdin.end(),
  }
  const client = processPort(child, 'tested')
  return {
    client,
    core,
    async stop() {
      client.close()
      stdin.end()
      await ended
    },
  }
}

type NodePort = InstanceType<typeof MessageChannel>['port1']

function eventful(port: NodePort) {
  return {
    postMessage: (message: unknown) => port.postMessage(message),
    on(event: 'message' | 'close', listener: (received: unknown) => void) {
      port.on(event, (message: unknown) => listener({ data: message }))
    },
    start: () => port.start(),
    close: () => port.close(),
  }
}

function dataOf(received: unknown): unknown {
  return (received as { data: unknown }).data
}
