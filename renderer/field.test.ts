import { describe, expect, it } from 'vitest'
import { fieldOf, missingPlaces, noPlaces } from './field.ts'
import { childrenArrived } from './rooms.ts'
import { aChild } from './sample.fixture.ts'
import { isOverlapping } from './scene/geometry.ts'

describe('field', () => {
  it('FIELD-1 nothing is placed before the whole room is known', () => {
    const part = childrenArrived(undefined, 0, [aChild(1), aChild(2)], 3)
    expect(missingPlaces(part, noPlaces).size).toBe(0)
    expect(missingPlaces(childrenArrived(undefined, 0, [aChild(1), aChild(2)], 2), noPlaces).size).toBe(2)
  })

  it('FIELD-2 what has a place keeps it, what has none gets one beside it', () => {
    const placed = aChild(1, { place: { x: 40, y: -30, w: 300, h: 160 } })
    const room = childrenArrived(undefined, 0, [placed, aChild(2)], 2)
    const missing = missingPlaces(room, noPlaces)
    expect([...missing.keys()]).toEqual(['ref 2'])
    const field = fieldOf(room, missing)
    const [one, two] = field.spots
    expect(one?.box).toEqual({ x: 40, y: -30, w: 300, h: 160 })
    expect(one && two && isOverlapping(one.box, two.box)).toBe(false)
  })

  it('FIELD-3 the same room has the very same field; sizes nobody can mean are not believed', () => {
    const room = childrenArrived(undefined, 0, [aChild(1, { place: { x: 0, y: 0, w: 1e9, h: -4 } })], 1)
    expect(fieldOf(room, noPlaces)).toBe(fieldOf(room, noPlaces))
    expect(fieldOf(room, noPlaces).spots[0]?.box).toEqual({ x: 0, y: 0, w: 300, h: 160 })
  })
})
