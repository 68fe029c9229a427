import { randomBytes } from 'node:crypto'
import { type Fault, fault } from '../../shared/fault.ts'
import { type ByteDoor, openByteDoor } from '../doors/byte-door.ts'
import { type Run, run } from '../run.ts'
import { type OpenOptions, openVault } from '../store/store.ts'
import { isLocal } from '../swarm/node.ts'
import { openSwarm } from '../swarm/swarm.ts'
import type { Report } from './control.ts'

export type CoreOptions = Omit<OpenOptions, 'note' | 'memory' | 'waitMillis'> & {
  readonly bootstrap: readonly { host: string; port: number }[]
  /** for a vault whose owner has none yet */
  readonly name: string | undefined
  /** for whom it keeps from now on; as it was when left out */
  readonly keeper?: 'anyone' | 'peers' | undefined
  /** where it listens for WebSockets, and what others are told to call */
  readonly keeperPort?: number | undefined
  readonly keeperUrl?: string | undefined
}

/** The core with its vault and its swarm, running; or why it cannot. What both hosts put into a process of its own. */
export async function openCore(options: CoreOptions): Promise<{ run?: Run; report: Report }> {
  const { bootstrap, name, keeper, keeperPort, keeperUrl, ...rest } = options
  const isHere = isLocal(bootstrap)
  const host = isHere ? '127.0.0.1' : '0.0.0.0'
  const here = keeperPort !== undefined && isHere ? `ws://127.0.0.1:${keeperPort}` : undefined
  const url = keeperUrl ?? here
  const hosting = keeper ? { keeper: { for: keeper, ...(url === undefined ? {} : { url }) } } : {}
  try {
    const vault = await openVault({ ...rest, note: (text, about) => note('warn', text, about) })
    const core = run({
      vault,
      openSwarm: (seed, on) =>
        openSwarm({
          seed,
          on,
          ...(bootstrap.length > 0 ? { bootstrap } : {}),
          ...(keeperPort === undefined ? {} : { listen: { port: keeperPort, host } }),
        }),
      now: Date.now,
      random: () => randomBytes(32),
      note,
    })
    const identity = await core.start({ ...(name === undefined ? {} : { name }), ...hosting })
    const token = randomBytes(32).toString('base64url')
    const door = await openByteDoor(core.bytes, token)
    return {
      run: { ...core, stop: () => leave(core, door) },
      report: { type: 'ready', ...identity, sealed: vault.sealed, bytes: { port: door.port, token } },
    }
  } catch (error) {
    const known = faultOf(error)
    if (!known) note('error', 'the vault could not be opened', error)
    const unknown = fault('StoreFailed', error instanceof Error ? error.message : String(error))
    return { report: { type: 'failed', fault: known ?? unknown } }
  }
}

async function leave(core: Run, door: ByteDoor): Promise<void> {
  door.close()
  await core.stop()
}

function note(level: string, text: string, about?: unknown): void {
  const more =
    about instanceof Error ? (about.stack ?? about.message) : about === undefined ? '' : JSON.stringify(about)
  process.stderr.write(`${level}: ${text}${more ? `: ${more}` : ''}\n`)
}

function faultOf(error: unknown): Fault | undefined {
  return error instanceof Error && 'fault' in error ? (error.fault as Fault) : undefined
}
