import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hex } from './bytes.ts'
import { chance } from './chance.ts'

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

test('CHANCE-1 one seed gives one stream, whatever becomes of the seed array afterwards', () => {
  fc.assert(
    fc.property(seeds, fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 10 }), (seed, lengths) => {
      const reference = chance(seed.slice())
      const draw = chance(seed)
      seed.fill(0)
      for (const length of lengths) {
        const drawn = draw(length)
        expect(drawn).toHaveLength(length)
        expect(drawn).toEqual(reference(length))
      }
    }),
  )
})

test('CHANCE-2 no draw repeats within a stream or between seeds that differ in one bit', () => {
  const seed = new Uint8Array(32).fill(7)
  const neighbour = seed.slice()
  neighbour[31] = 6
  const seen = new Set<string>()
  for (const draw of [chance(seed), chance(neighbour)]) {
    for (let i = 0; i < 500; i++) seen.add(hex(draw(16)))
  }
  expect(seen.size).toBe(1_000)
})

test('CHANCE-3 a longer or shorter draw leaves the next draw as it is', () => {
  const seed = new Uint8Array(32)
  const [long, short] = [chance(seed), chance(seed)]
  long(1_000)
  short(1)
  expect(long(32)).toEqual(short(32))
})

test('CHANCE-4 bits are balanced', () => {
  let ones = 0
  for (const byte of chance(new Uint8Array(32).fill(1))(12_500)) for (let b = byte; b; b &= b - 1) ones++
  expect(Math.abs(ones - 50_000)).toBeLessThan(800)
})

test('CHANCE-5 a seed of another size throws', () => {
  for (const size of [0, 31, 33]) expect(() => chance(new Uint8Array(size))).toThrow(RangeError)
})
