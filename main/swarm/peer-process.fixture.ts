import { openSwarm } from './swarm.ts'

/**
 * A peer that can be killed and stopped: `node peer-process.fixture.ts SEED BOOTSTRAP_PORT DEVICE [throw | lan]`, where SEED
 * and DEVICE are hex. Seeks the device; says on stdout what it hears; with `throw`, its `connected` has a bug;
 * with `lan`, it looks around by multicast on this machine.
 */
const [seed = '', port = '', device = '', bug] = process.argv.slice(2)
const swarm = await openSwarm({
  seed: Buffer.from(seed, 'hex'),
  bootstrap: [{ host: '127.0.0.1', port: Number(port) }],
  lan: bug === 'lan',
  on: {
    connected() {
      console.log('connected')
      if (bug === 'throw') throw new Error('a bug of ours')
    },
    bytesAsked: () => {},
    bytesCame: () => {},
    disconnected: () => console.log('disconnected'),
    received: (connection, frame) => swarm.send(connection, frame),
    online: (online) => console.log(online ? 'online' : 'offline'),
  },
})
swarm.seek([], [device])
