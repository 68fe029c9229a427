import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { asksAtOnce } from './limits.ts'
import { openPair, type Peer } from './swarm.fixture.ts'

const mebibyte = 1_048_576
const question = { name: new Uint8Array(16).fill(1), address: new Uint8Array(32).fill(2) }

function bulk(peer: Peer, connection: number) {
  const line = peer.swarm.bulk(connection)
  if (!line) throw new Error('closed')
  return line
}

/** Answers every question with what `give` makes of it. */
async function serve(peer: Peer, connection: number, count: number, give: (index: number) => Uint8Array | undefined) {
  await peer.until(() => peer.asked.length === count)
  for (const { question: asked } of peer.asked) {
    bulk(peer, connection).tell(asked.number, async () => give(asked.index))
  }
}

test('BULK-1 bytes that were asked for come whole, in the order of the answers, and nothing says that there is nothing', async () => {
  const { a, b, toB, toA } = await openPair()
  const chunks = [0, 1, 70_000, mebibyte + 16].map((length) => new Uint8Array(randomBytes(length)))
  for (const index of [0, 1, 2, 3, -1]) {
    bulk(a, toB).ask({ number: index + 10, ...question, index }, chunks[index]?.length ?? 5)
  }
  await serve(b, toA, 5, (index) => chunks[index])
  await a.until(() => a.came.length === 5)
  expect(a.came).toEqual([
    ...chunks.map((bytes, index) => ({ connection: toB, number: index + 10, bytes })),
    { connection: toB, number: 9, bytes: undefined },
  ])
  expect(b.asked[4]?.question).toEqual({ number: 9, ...question, index: -1 })
})

test('BULK-2 more than was asked for ends the question, and the connection with who sends it', async () => {
  const { a, b, toB, toA } = await openPair()
  bulk(a, toB).ask({ number: 1, ...question, index: 0 }, 100_000)
  await serve(b, toA, 1, () => new Uint8Array(100 * mebibyte))
  await a.until(() => a.disconnected.includes(toB))
  expect(a.came).toEqual([{ connection: toB, number: 1, bytes: undefined }])
})

test('BULK-2 what nobody asked for ends the connection', async () => {
  const { a, b, toB, toA } = await openPair()
  bulk(b, toA).tell(77, async () => new Uint8Array(10))
  await a.until(() => a.disconnected.includes(toB))
  expect(a.came).toEqual([])
})

test('BULK-2 who asks without end is hung up on', async () => {
  const { a, b, toB, toA } = await openPair()
  for (let number = 0; number < asksAtOnce + 50; number += 1) bulk(a, toB).ask({ number, ...question, index: 0 }, 5)
  await b.until(() => b.disconnected.includes(toA))
})

test('BULK-3 what is of no use any more passes by, and the next question is answered', async () => {
  const { a, b, toB, toA } = await openPair()
  bulk(a, toB).ask({ number: 1, ...question, index: 0 }, mebibyte)
  bulk(a, toB).forget(1)
  bulk(a, toB).ask({ number: 2, ...question, index: 1 }, 10)
  await serve(b, toA, 2, (index) => new Uint8Array(index === 0 ? mebibyte : 10))
  await a.until(() => a.came.length === 1)
  expect(a.came[0]?.number).toBe(2)
})

test('BULK-4 a frame does not wait until bytes that were begun before it have gone', async () => {
  const { a, b, toB, toA } = await openPair()
  for (let number = 0; number < 8; number += 1) bulk(a, toB).ask({ number, ...question, index: number }, 4 * mebibyte)
  await serve(b, toA, 8, () => new Uint8Array(4 * mebibyte))
  b.swarm.send(toA, new Uint8Array([1, 2, 3]))
  await a.until(() => a.received.length === 1)
  expect(a.came.length).toBeLessThan(4)
  await a.until(() => a.came.length === 8)
})
