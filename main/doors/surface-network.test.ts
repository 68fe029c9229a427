import { MessageChannel } from 'node:worker_threads'
import { runNetworkAdapterTests } from '@automerge/automerge-repo/helpers/tests/network-adapter-tests.js'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { describe } from 'vitest'
import { openTested, token } from './gateway.fixture.ts'
import { messagePort } from './message-port.ts'
import { PortClient } from './surface-client.fixture.ts'
import { SurfaceNetwork } from './surface-network.ts'

const all = () => true

/** One to whom the other two come, each over a channel of its own. */
function overChannels() {
  const host = new SurfaceNetwork(all)
  const client = () =>
    new PortClient(() => {
      const { port1, port2 } = new MessageChannel()
      host.admit(messagePort(port1))
      return messagePort(port2)
    })
  return { host, client }
}

describe('DOC-4 over a MessagePort', () => {
  runNetworkAdapterTests(async () => {
    const { host, client } = overChannels()
    return { adapters: [client(), host, client()] }
  }, 'MessagePort')
})

describe('DOC-4 over the gateway’s WebSocket, with automerge-repo’s own client', () => {
  runNetworkAdapterTests(async () => {
    const host = new SurfaceNetwork(all)
    const gateway = await openTested(undefined, undefined, (port) => host.admit(port))
    const client = () => new WebSocketClientAdapter(`ws://127.0.0.1:${gateway.port}/v1/documents?token=${token}`, 100)
    return { adapters: [client(), host, client()] }
  }, 'WebSocket')
})
