import { createSocket } from 'node:dgram'
import HyperDHT from 'hyperdht'
import { type Fault, fault } from '../../shared/fault.ts'
import type { Address } from './node.ts'

/** A network of its own for a LAN, a machine without internet, or tests. `bootstrap` is where others enter it. */
export type Dht = { readonly bootstrap: Address; close(): Promise<void> }

/** The address cannot be had: `PortInUse`, or `InvalidArguments` when there is no such address here. */
export class DhtFailure extends Error {
  override readonly name = 'DhtFailure'
  readonly fault: Fault
  constructor(reason: Fault, cause?: unknown) {
    super(reason.message, { cause })
    this.fault = reason
  }
}

/**
 * Runs `nodes` nodes, the first at `host:port` (IPv4, UDP), the rest at any free port of that host, and resolves when
 * each knows all others. Records are kept by the nodes closest to their key, so one node alone loses everything with
 * one restart. Throws a DhtFailure.
 */
export async function openDht(options: { port: number; host?: string; nodes?: number }): Promise<Dht> {
  const host = options.host === undefined || options.host === 'localhost' ? '127.0.0.1' : options.host
  const bootstrap = { host, port: options.port }
  await claim(bootstrap)
  const first = HyperDHT.bootstrapper(bootstrap.port, host, { host })
  const nodes = [first]
  await first.fullyBootstrapped()
  while (nodes.length < (options.nodes ?? 4)) {
    const node = new HyperDHT({ bootstrap: [bootstrap], host, port: [0, 0], ephemeral: false, firewalled: false })
    nodes.push(node)
    await node.fullyBootstrapped()
  }
  await Promise.all(nodes.map((node) => acquainted(node, nodes.length - 1)))
  return {
    bootstrap,
    async close() {
      await Promise.all(nodes.map((node) => node.destroy({ force: true })))
    },
  }
}

/** Binds and lets go: the library's own failure to bind leaves a node that cannot be destroyed. */
async function claim({ host, port }: Address): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new DhtFailure(fault('InvalidArguments', `${port} is not a port between 1 and 65535.`))
  }
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(host) || host === '0.0.0.0') {
    throw new DhtFailure(fault('InvalidArguments', `${host} is not an IPv4 address that others can reach.`))
  }
  const socket = createSocket('udp4')
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.bind({ port, address: host, exclusive: true }, resolve)
    })
  } catch (error) {
    throw new DhtFailure(refusal(error, { host, port }), error)
  } finally {
    socket.close()
  }
}

function refusal(error: unknown, { host, port }: Address): Fault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRNOTAVAIL') return fault('InvalidArguments', `${host} is not an address of this machine.`)
  return fault('PortInUse', `UDP port ${port} of ${host} cannot be had${code === 'EADDRINUSE' ? '' : ` (${code})`}.`)
}

async function acquainted(node: HyperDHT, others: number): Promise<void> {
  while (node.nodes.length < others) {
    const heard = new Promise<void>((resolve) => node.once('add-node', () => resolve()))
    node.refresh()
    await heard
  }
}
