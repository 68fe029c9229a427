import type { Client } from '../../shared/rpc.ts'
import { gatewayTransport } from './gateway.ts'
import type { TransportListener } from './listener.ts'
import { takeToken } from './token.ts'
import { windowTransport } from './window.ts'

/**
 * The one way from a surface to the core, whichever host it runs on: a browser that was given a token asks the loopback
 * gateway, everything else is handed a port by its preload. A browser without a token is told that it may not come in. Calls made before it is there wait; it is ready when this
 * resolves, and finds its own way back after a cut.
 */
export function openTransport(listener: TransportListener): Promise<Client> {
  const token = takeToken(globalThis.location, globalThis.history, globalThis.sessionStorage)
  if (token !== undefined) return gatewayTransport(token, listener)
  if (globalThis.location.protocol.startsWith('http')) listener.onConnection('refused')
  return windowTransport(listener)
}
