import { describe, expect, it } from 'vitest'
import { glide } from '../scene/flight.ts'
import { type Clock, newMotion } from './motion.ts'

const home = { x: 0, y: 0, k: 1 }
const there = { x: 500, y: 0, k: 2 }

function handClock(isCalm = false) {
  let time = 0
  let frames: (() => void)[] = []
  let rest: (() => void) | undefined
  const clock: Clock = {
    now: () => time,
    isCalm: () => isCalm,
    frame: (callback) => frames.push(callback),
    later(_, callback) {
      rest = callback
      return () => {
        rest = undefined
      }
    },
  }
  const tick = (milliseconds: number) => {
    time += milliseconds
    const due = frames
    frames = []
    for (const frame of due) frame()
  }
  return { clock, tick, settle: () => rest?.() }
}

describe('motion', () => {
  it('MOTION-1 flies frame by frame, ends exactly where it should and then rests', () => {
    const { clock, tick, settle } = handClock()
    const motion = newMotion(clock, { w: 100, h: 100 })
    const seen: boolean[] = []
    motion.listen((_, isMoving) => seen.push(isMoving))
    motion.fly(glide(home, there, 100))
    expect(motion.goal()).toEqual(there)
    for (let frame = 0; frame < 7; frame++) tick(16)
    expect(motion.view()).toEqual(there)
    expect(motion.isFlying()).toBe(false)
    settle()
    expect(seen.at(-1)).toBe(false)
  })

  it('MOTION-2 a hand interrupts: what it sets stays', () => {
    const { clock, tick } = handClock()
    const motion = newMotion(clock, { w: 100, h: 100 })
    motion.fly(glide(home, there, 100))
    tick(30)
    motion.set({ x: 7, y: 7, k: 1 })
    tick(200)
    tick(200)
    expect(motion.view()).toEqual({ x: 7, y: 7, k: 1 })
  })

  it('MOTION-2 a key stops it where it is', () => {
    const { clock, tick } = handClock()
    const motion = newMotion(clock, { w: 100, h: 100 })
    motion.fly(glide(home, there, 100))
    tick(40)
    const where = motion.view()
    motion.stop()
    tick(200)
    expect(motion.view()).toEqual(where)
    expect(where).not.toEqual(there)
  })

  it('MOTION-3 who wants nothing to fly is there at once', () => {
    const { clock } = handClock(true)
    const motion = newMotion(clock, { w: 100, h: 100 })
    motion.fly(glide(home, there, 100))
    expect(motion.view()).toEqual(there)
    expect(motion.isFlying()).toBe(false)
  })

  it('MOTION-4 many changes in one frame are told once', () => {
    const { clock, tick } = handClock()
    const motion = newMotion(clock, { w: 100, h: 100 })
    let told = 0
    motion.listen(() => told++)
    for (let x = 0; x < 50; x++) motion.set({ x, y: 0, k: 1 })
    tick(16)
    expect(told).toBe(1)
  })
})
