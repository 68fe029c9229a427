import { connect, createServer } from 'node:net'
import Hypercore from 'hypercore'
import { sentence } from './filling.ts'

/**
 * The other side of a backfill: `node bare-core.ts DIRECTORY COUNT` writes COUNT entries of an envelope's size to a
 * Hypercore and serves it on a port, told to whoever forked this; `node bare-core.ts DIRECTORY COUNT PORT KEY` fetches
 * all of it and tells how many milliseconds that took.
 */
const [, , directory = '.', count = '0', port, key] = process.argv
const total = Number(count)
if (port === undefined || key === undefined) await write()
else await fetchAll(Number(port), Buffer.from(key, 'hex'))
process.once('disconnect', () => process.exit())

async function write(): Promise<void> {
  const core = new Hypercore(directory)
  await core.ready()
  const padding = 'x'.repeat(208)
  for (let from = 0; from < total; from += 1_000) {
    const length = Math.min(1_000, total - from)
    await core.append(Array.from({ length }, (_, index) => Buffer.from(sentence(from + index) + padding)))
  }
  const server = createServer((socket) => {
    const stream = core.replicate(false)
    socket.pipe(stream).pipe(socket)
    for (const end of [socket, stream]) end.on('error', () => {})
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.send?.({ port: typeof address === 'object' ? address?.port : 0, key: core.key.toString('hex') })
  })
}

async function fetchAll(from: number, publicKey: Buffer): Promise<void> {
  const core = new Hypercore(directory, publicKey)
  await core.ready()
  const begun = performance.now()
  const socket = connect(from, '127.0.0.1')
  const stream = core.replicate(true)
  socket.pipe(stream).pipe(socket)
  for (const end of [socket, stream]) end.on('error', () => {})
  await core.download({ start: 0, end: total }).done()
  process.send?.(performance.now() - begun)
}
