import { setTimeout } from 'node:timers/promises'
import { DhtFailure, openDht } from '../swarm/dht.ts'
import type { DhtArguments } from './arguments.ts'
import { failed } from './stderr.ts'
import { stopSignal } from './stop-signal.ts'

/** `indra dht`: a network of its own until told to stop; one line of JSON says where it is entered. */
export async function dht({ host, port }: DhtArguments): Promise<number> {
  const stopped = stopSignal()
  try {
    const { bootstrap, close } = await openDht({ host, port })
    process.stdout.write(`${JSON.stringify({ ready: true, bootstrap: `${bootstrap.host}:${bootstrap.port}` })}\n`)
    await stopped
    await Promise.race([close(), setTimeout(FAREWELL)])
    return 0
  } catch (error) {
    if (error instanceof DhtFailure) return failed(error.fault)
    throw error
  }
}

/** Milliseconds to say goodbye to the nodes that it knows. */
const FAREWELL = 1_000
