import { decode as decodeCbor } from 'cborg'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, concat, equal, fromHex, hex, uint, utf8 } from './bytes.ts'
import { type Canonical, decode, encode } from './canonical.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('\uFEFF', '\uFEFFa longer text that begins with a byte order mark', '__proto__', 'constructor', '🕸️'),
)
const fraction = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value))
const { value: canonical } = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger(),
    fc.integer({ min: -300, max: 70_000 }),
    fraction,
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc.dictionary(text, tie('value'), { maxKeys: 6 }),
  ),
}))

/** The rule stated another way: cborg's decoder, then encoding again. It cannot read a text that begins with U+FEFF. */
function decodedByReference(bytes: Bytes): unknown {
  try {
    const value: unknown = decodeCbor(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true,
    })
    return equal(encode(value as Canonical), bytes) ? value : undefined
  } catch {
    return undefined
  }
}

test('CANON-1 whatever encodes decodes to itself, and encodes to the same bytes again', () => {
  fc.assert(
    fc.property(canonical, (value) => {
      const bytes = encode(value)
      const again = decode(bytes)
      expect(again).toEqual(value)
      expect(encode(again as Canonical)).toEqual(bytes)
    }),
    { numRuns: 500 },
  )
})

test('CANON-2 damaged encodings are accepted exactly when cborg would write them so', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.constantFrom('set', 'insert', 'cut')), {
    maxLength: 2,
  })
  fc.assert(
    fc.property(canonical, damage, (value, changes) => {
      const bytes = [...encode(value)]
      for (const [at, byte, kind] of changes) {
        if (kind === 'cut') bytes.splice(at % (bytes.length + 1), 1)
        else bytes.splice(at % (bytes.length + 1), kind === 'set' ? 1 : 0, byte)
      }
      const input = Uint8Array.from(bytes)
      fc.pre(!hex(input).includes('efbbbf'))
      expect(decode(input)).toEqual(decodedByReference(input))
    }),
    { numRuns: 2_000 },
  )
})

test('CANON-3 every encoding of up to two bytes, and every head before a few fillings, agrees with cborg', () => {
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      const input = Uint8Array.of(first, second)
      expect(decode(input)).toEqual(decodedByReference(input))
    }
    for (const rest of ['', '0001', '0000000000000000', '00000000ffffffff', '0020000000000000', '3ff8000000000000']) {
      const input = concat(Uint8Array.of(first), fromHex(rest))
      expect(decode(input)).toEqual(decodedByReference(input))
    }
  }
})

test.each([
  ['null', null, 'f6'],
  [
    'integers take the shortest form',
    [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, -1, -24, -25],
    '8b0017181818ff19010019ffff1a000100001b00000001000000002037' + '3818',
  ],
  ['the largest', Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
  ['the smallest', Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
  ['fractions take 64 bits', 1.5, 'fb3ff8000000000000'],
  ['keys: shorter first, then bytewise', { b: 1, aa: 2, a: 3, é: 4 }, 'a461610361620162616102' + '62c3a904'],
  ['bytes', Uint8Array.of(1, 2), '420102'],
] as const)('CANON-4 written form: %s', (_what, value, expected) => {
  expect(hex(encode(value))).toBe(expected)
  expect(decode(fromHex(expected))).toEqual(value)
})

test.each([
  ['nothing', ''],
  ['bytes after the value', '0000'],
  ['a longer form than needed: 1 in two bytes', '1801'],
  ['255 in three bytes', '1900ff'],
  ['65535 in five', '1a0000ffff'],
  ['2^32−1 in nine', '1b00000000ffffffff'],
  ['a long length', '580161'],
  ['an integer of 2^53', '1b0020000000000000'],
  ['−2^53', '3b001fffffffffffff'],
  ['an integer of 2^64−1', '1bffffffffffffffff'],
  ['indefinite bytes', '5f4101ff'],
  ['indefinite text', '7f6161ff'],
  ['an indefinite array', '9f01ff'],
  ['an indefinite map', 'bf616101ff'],
  ['a break alone', 'ff'],
  ['a tag', 'c101'],
  ['a bignum', 'c24101'],
  ['undefined', 'f7'],
  ['another simple value', 'f820'],
  ['a 16-bit float', 'f93e00'],
  ['a 32-bit float', 'fa3fc00000'],
  ['a float that is an integer', 'fb3ff0000000000000'],
  ['−0', 'fb8000000000000000'],
  ['0 as a float', 'fb0000000000000000'],
  ['2^60 as a float', 'fb43b0000000000000'],
  ['NaN', 'fb7ff8000000000000'],
  ['Infinity', 'fb7ff0000000000000'],
  ['a key twice', 'a2616101616102'],
  ['keys in another order', 'a2616201616102'],
  ['a longer key first', 'a262616101616202'],
  ['a key that is no text', 'a10101'],
  ['a key without a value', 'a16161'],
  ['an array that is too short', '8201'],
  ['reserved length bits', '1c'],
  ['an overlong UTF-8 form', '62c080'],
  ['an encoded surrogate', '63eda080'],
  ['UTF-8 cut short', '61e2'],
] as const)('CANON-5 refused: %s', (_what, input) => {
  expect(decode(fromHex(input))).toBeUndefined()
})

test('CANON-6 every proper prefix and every extension of an encoding is refused', () => {
  const bytes = encode([1, 'text', Uint8Array.of(1, 2, 3), { key: [true, null, 1.5] }, -70_000])
  for (let size = 0; size < bytes.length; size++) expect(decode(bytes.subarray(0, size))).toBeUndefined()
  expect(decode(concat(bytes, Uint8Array.of(0)))).toBeUndefined()
})

test('CANON-7 sizes that are declared but not there are refused before anything is made of them', () => {
  for (const major of ['5', '7', '9', 'b']) {
    for (const size of ['affffffff', 'b00000000ffffffff', 'b001fffffffffffff', 'bffffffffffffffff', '9ffff']) {
      expect(decode(fromHex(major + size))).toBeUndefined()
      expect(decode(concat(fromHex(major + size), new Uint8Array(1_000)))).toBeUndefined()
    }
  }
})

test('CANON-8 nesting ends at 64 both ways, however deep the input', () => {
  function nested(depth: number): Canonical {
    return depth === 0 ? 1 : [nested(depth - 1)]
  }
  expect(decode(encode(nested(64)))).toEqual(nested(64))
  expect(() => encode(nested(65))).toThrow(RangeError)
  expect(decode(concat(new Uint8Array(65).fill(0x81), Uint8Array.of(1)))).toBeUndefined()
  expect(decode(new Uint8Array(1_000_000).fill(0x81))).toBeUndefined()
  expect(decode(Uint8Array.from({ length: 1_000_000 }, (_, i) => [0xa1, 0x61, 0x61][i % 3] ?? 0))).toBeUndefined()
})

test('CANON-9 items end at 524,288 both ways, so that small bytes never become large memory', () => {
  const most = Array<null>(524_287).fill(null)
  expect(decode(encode(most))).toHaveLength(524_287)
  expect(() => encode([...most, null])).toThrow(RangeError)
  const head = concat(fromHex('9a'), uint(524_288, 4))
  expect(decode(concat(head, new Uint8Array(524_288).fill(0x40)))).toBeUndefined()
  const inside = concat(fromHex('829a'), uint(524_287, 4), new Uint8Array(524_287), fromHex('80'))
  expect(decode(inside)).toBeUndefined()
})

test('CANON-10 values without a canonical encoding throw, at any depth', () => {
  const cycle: Canonical[] = []
  cycle.push(cycle)
  const wrong: unknown[] = [undefined, Number.NaN, Infinity, 2 ** 53, -(2 ** 60), 1n, 'a\uD800', { '\uDC00': 1 }]
  wrong.push(Symbol('s'), () => 1, new Map(), new Date(0), new Uint16Array(1), Array(2), { a: undefined }, cycle)
  for (const value of wrong) {
    expect(() => encode(value as Canonical)).toThrow()
    expect(() => encode([{ a: value as Canonical }])).toThrow()
  }
})

test('CANON-11 −0 is written as 0', () => {
  expect(hex(encode(-0))).toBe('00')
  expect(Object.is(decode(encode([-0])), -0)).toBe(false)
})

test('CANON-12 a key named __proto__ is an entry like any other', () => {
  const value = decode(fromHex(`a1695f5f70726f746f5f5fa1616101`)) as Record<string, unknown>
  expect(Object.keys(value)).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(value['a']).toBeUndefined()
  expect(hex(encode(value as Canonical))).toBe('a1695f5f70726f746f5f5fa1616101')
})

test('CANON-13 what is decoded does not change with the input, and its byte strings are plain arrays', () => {
  const bytes = encode([utf8('kept')])
  const [kept] = decode(bytes) as Bytes[]
  bytes.fill(0)
  expect(kept).toEqual(utf8('kept'))
  expect(Object.getPrototypeOf(kept)).toBe(Uint8Array.prototype)
})
