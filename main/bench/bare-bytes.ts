import { randomBytes } from 'node:crypto'
import { hex } from '../crypto/bytes.ts'
import { chunkBytes } from '../crypto/chunks.ts'
import { signingKeys } from '../crypto/signature.ts'
import { openSwarm, type Swarm } from '../swarm/swarm.ts'

/**
 * The floor under moving files: `node bare-bytes.ts BOOTSTRAP-PORT` answers every question with the same bytes, from no
 * disk, for nobody in particular; with DEVICE and COUNT it asks that one for so many chunks, checks and keeps nothing,
 * and says how many milliseconds that took.
 */
const [, , port, device, count = '0'] = process.argv
const name = { name: new Uint8Array(16), address: new Uint8Array(32) }
const window = 8
const chunk = new Uint8Array(randomBytes(chunkBytes))
let [asked, came, begun] = [0, 0, 0]

const seed = randomBytes(32)
const swarm: Swarm = await openSwarm({
  seed,
  bootstrap: [{ host: '127.0.0.1', port: Number(port) }],
  on: {
    connected({ connection }) {
      if (device === undefined) return
      begun = performance.now()
      for (let open = 0; open < window; open += 1) ask(connection)
    },
    disconnected: () => {},
    received: () => {},
    bytesAsked: (connection, { number }) => swarm.bulk(connection)?.tell(number, async () => chunk),
    bytesCame(connection) {
      came += 1
      if (came === Number(count)) process.send?.(performance.now() - begun)
      ask(connection)
    },
    online: () => {},
  },
})

function ask(connection: number): void {
  if (asked === Number(count)) return
  swarm.bulk(connection)?.ask({ number: asked, ...name, index: asked }, chunkBytes)
  asked += 1
}

if (device === undefined) process.send?.(hex(signingKeys(seed).publicKey))
else swarm.seek([], [device])
process.once('disconnect', () => process.exit())
