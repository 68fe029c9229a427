import type HyperDHT from 'hyperdht'
import type { NoiseStream } from 'hyperdht'
import type Hyperswarm from 'hyperswarm'

/** Milliseconds for what was sent to arrive, for the network to be told, and for the sockets: 2 s with all the rest. */
const [flushing, parting, unplugging] = [300, 900, 400]

/** Takes leave of the peers, then of the network, and does not wait for either when they don't answer. Never fails. */
export async function closeNode(swarm: Hyperswarm, dht: HyperDHT, streams: readonly NoiseStream[]): Promise<void> {
  await within(flushing, Promise.all(streams.map((stream) => stream.flush())))
  const left = swarm.destroy()
  for (const stream of streams) stream.destroy()
  if (await within(parting, left)) return
  await within(unplugging, dht.destroy({ force: true }))
}

/** Whether it succeeded in time. */
async function within(limit: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limit)
  })
  const done = work.then(
    () => true,
    () => false,
  )
  const result = await Promise.race([done, late])
  clearTimeout(timer)
  return result
}
