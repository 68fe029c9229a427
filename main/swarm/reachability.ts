import { networkInterfaces } from 'node:os'
import type HyperDHT from 'hyperdht'
import { backoff } from './backoff.ts'

/** Seconds before a network nobody answered in counts as none, and before a change counts as one. */
const patience = 5
const steadiness = 2

/** Whether anyone can be reached at all; told when known, then on each lasting change. */
export type Reachability = {
  /** once a second */
  check(now: number, connections: number): void
}

export type ReachabilityEvents = {
  online(online: boolean): void
  /** nodes answer after none did: what was announced must be announced again */
  found(): void
}

export function watchReachability(dht: HyperDHT, local: boolean, events: ReachabilityEvents): Reachability {
  const search = backoff()
  let told: boolean | undefined
  let [age, changed, wasAlone] = [0, 0, false]
  dht.on('network-change', () => search.hurry(performance.now(), 0))

  return {
    check(now, connections) {
      age += 1
      const hasNodes = dht.nodes.length > 0
      if (hasNodes && wasAlone) events.found()
      wasAlone = !hasNodes && (wasAlone || dht.bootstrapped)
      if (wasAlone && search.due(now)) {
        search.attempted(now)
        dht.refresh()
      }
      const online = connections > 0 || (hasNodes && dht.online && (local || hasInterface()))
      changed = online === told ? 0 : changed + 1
      if (told === undefined ? online || age > patience : changed >= steadiness) {
        if (told !== online) events.online(online)
        told = online
      }
    },
  }
}

function hasInterface(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal))
}
