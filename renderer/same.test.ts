import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kept } from './same.ts'

describe('kept', () => {
  it('STORE-1 what says the same is the very object it was; what differs is said as it is now', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, next) => {
        expect(kept(before, structuredClone(before))).toBe(before)
        expect(kept(before, next)).toEqual(next)
      }),
    )
  })

  it('STORE-1 parts that did not change stay the same inside of one that did', () => {
    const before = { name: 'Bo', here: ['a'], preview: [{ text: 'one' }, { text: 'two' }] }
    const next = kept(before, { name: 'Bo', here: ['a'], preview: [{ text: 'one' }, { text: 'three' }] })
    expect(next.here).toBe(before.here)
    expect(next.preview[0]).toBe(before.preview[0])
    expect(next.preview[1]).toEqual({ text: 'three' })
  })

  it('STORE-1 what is not plain data is the same only when it is the same', () => {
    const next = { items: new Map([['a', 1]]) }
    expect(kept({ items: new Map([['a', 2]]) }, next)).toEqual(next)
  })

  it('STORE-1 a key that is gone and a key that is undefined are not the same', () => {
    expect(Object.hasOwn(kept({ a: 1, b: undefined }, { a: 1 } as { a: number; b?: undefined }), 'b')).toBe(false)
  })
})
