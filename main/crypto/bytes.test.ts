import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, concat, equal, fromHex, fromUtf8, hex, toUint, uint, utf8 } from './bytes.ts'

const bytes = fc.uint8Array({ maxLength: 40 })

test('BYTES-1 concat keeps every part in order and shares memory with none', () => {
  const part = fromHex('0102')
  const joined = concat(part, new Uint8Array(0), fromHex('03'))
  part[0] = 9
  expect(hex(joined)).toBe('010203')
  expect(concat()).toHaveLength(0)
})

test('BYTES-2 equal and compare agree with the order of the hexadecimal text', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const order = hex(a) < hex(b) ? -1 : hex(a) > hex(b) ? 1 : 0
      expect(Math.sign(compare(a, b))).toBe(order)
      expect(equal(a, b)).toBe(order === 0)
      expect(equal(a, a.slice())).toBe(true)
    }),
  )
  expect(compare(fromHex('01'), fromHex('0100'))).toBeLessThan(0)
})

test('BYTES-3 hexadecimal goes both ways and anything else throws', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(fromHex(hex(value))).toEqual(value)
    }),
  )
  expect(hex(fromHex('AbCd'))).toBe('abcd')
  for (const wrong of ['a', 'zz', '0x00', ' 00', '00 ']) expect(() => fromHex(wrong)).toThrow()
})

test('BYTES-4 UTF-8 goes both ways, a leading U+FEFF included, and invalid bytes are undefined', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fromUtf8(utf8(text))).toBe(text)
    }),
  )
  expect(fromUtf8(utf8('\uFEFFa'))).toBe('\uFEFFa')
  expect(hex(utf8('a\uD800'))).toBe('61efbfbd')
  for (const wrong of ['ff', 'c080', 'eda080', 'f4908080', 'e282', '80'])
    expect(fromUtf8(fromHex(wrong))).toBeUndefined()
})

test('BYTES-5 integers are big-endian, fit their width and stay below 2^53', () => {
  expect(hex(uint(258, 4))).toBe('00000102')
  expect(hex(uint(Number.MAX_SAFE_INTEGER, 8))).toBe('001fffffffffffff')
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      expect(toUint(uint(value, 8))).toBe(value)
    }),
  )
  for (const [value, width] of [
    [256, 1],
    [-1, 4],
    [0.5, 4],
    [2 ** 53, 8],
    [Number.NaN, 4],
  ] as const) {
    expect(() => uint(value, width)).toThrow(RangeError)
  }
  expect(() => toUint(fromHex('0020000000000000'))).toThrow(RangeError)
  expect(toUint(new Uint8Array(0))).toBe(0)
})
