import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DeviceId } from '../../../shared/ids.ts'
import { hex } from '../../crypto/bytes.ts'
import { type Canonical, decode, encode } from '../../crypto/canonical.ts'
import type { LogRow } from '../rows.ts'
import { readVector, vectorOf } from './state-vector.ts'

const count = fc.maxSafeInteger().map(Math.abs)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const log = fc.record({
  kind: fc.constantFrom('authority' as const, 'writer' as const),
  device: bytes(32).map((each) => hex(each) as DeviceId),
  incarnation: count,
  length: count,
  head: bytes(32),
  forkAt: fc.option(count, { nil: undefined }),
})

test('VECTOR-1 what is told of logs is read back, over the wire', () => {
  fc.assert(
    fc.property(fc.array(log, { maxLength: 20 }), (logs) => {
      const told = logs.map((each) => ({
        log: { ...each, key: 0, artifact: 0, judged: 0, clock: 0, position: 0, epoch: 0 } satisfies LogRow,
        standing: { length: each.length, head: each.head, forkAt: each.forkAt },
      }))
      const read = readVector(decode(encode(vectorOf(told))) as unknown[])
      expect(read).toEqual(logs.map((each) => ({ ...each, head: each.head.slice(0, 8) })))
    }),
  )
})

test('VECTOR-2 one entry that does not fit makes the whole not fit', () => {
  const good = [1, new Uint8Array(32), 1, 1, new Uint8Array(8), null]
  expect(readVector([good])).toHaveLength(1)
  const bad = [undefined, null, -1, 0.5, 2 ** 53, Number.NaN, '1', [], {}, true, new Uint8Array(7), new Uint8Array(33)]
  for (let at = 0; at < good.length; at += 1) {
    for (const value of bad) {
      if (at === 5 && value === null) continue
      const entry = good.map((each, index) => (index === at ? value : each))
      expect(readVector([good, entry] as Canonical[]), `${at}: ${String(value)}`).toBeUndefined()
    }
  }
  for (const entry of [[], good.slice(1), [...good, 0], 'x', 7, null]) expect(readVector([entry])).toBeUndefined()
  expect(readVector([[2, ...good.slice(1)]])).toBeUndefined()
  expect(readVector(undefined)).toBeUndefined()
})
