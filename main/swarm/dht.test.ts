import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { type DhtFailure, openDht } from './dht.ts'
import { freePort, later, openNetwork, openPeer } from './swarm.fixture.ts'

test('SWARM-30 a network can be entered as soon as it is open, and again on its port after it closed', async () => {
  const port = await freePort()
  for (let round = 0; round < 2; round++) {
    const network = await openDht({ port })
    expect(network.bootstrap).toEqual({ host: '127.0.0.1', port })
    const [a, b] = [await openPeer([network.bootstrap]), await openPeer([network.bootstrap])]
    a.swarm.seek([], [b.device])
    await a.until(() => a.to(b.device).length === 1)
    await Promise.all([a.swarm.close(), b.swarm.close()])
    await network.close()
  }
})

test('SWARM-31 a port that is taken is a PortInUse fault, whoever took it', async () => {
  const { bootstrap } = await openNetwork()
  expect(await failure(openDht({ port: bootstrap.port }))).toMatchObject({ code: 'PortInUse' })
  const other = createSocket('udp4')
  later(() => other.close())
  await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve))
  const refused = await failure(openDht({ port: other.address().port }))
  expect(refused).toMatchObject({ code: 'PortInUse', message: expect.stringContaining(`${other.address().port}`) })
})

test.each([
  { port: 0 },
  { port: 65_536 },
  { port: 1.5 },
  { port: 40_000, host: '0.0.0.0' },
  { port: 40_000, host: '::1' },
  { port: 40_000, host: 'example' },
  { port: 40_000, host: '192.0.2.77' },
])('SWARM-32 an address nobody can have is named: %o', async (address) => {
  expect(await failure(openDht(address))).toMatchObject({ code: 'InvalidArguments' })
})

async function failure(opening: Promise<{ close(): Promise<void> }>): Promise<unknown> {
  const error: DhtFailure = await opening.then(
    (network) => {
      later(network.close)
      throw new Error('it opened')
    },
    (reason) => reason,
  )
  return error.fault
}
