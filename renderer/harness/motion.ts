import type { Stage } from '../canvas.ts'
import type { View } from '../scene/camera.ts'
import type { Flight } from '../scene/flight.ts'
import type { Size } from '../scene/geometry.ts'

/** The moving camera: one view at a time, told once per frame, outside React. Whatever comes next interrupts what was. */
export type Motion = Stage & {
  /** by hand: now, ending any flight */
  set(view: View): void
  fly(flight: Flight): void
  /** stays where it is */
  stop(): void
  isFlying(): boolean
  /** where it will come to rest: the end of the flight, or where it is */
  goal(): View
  resize(size: Size): void
}

/** Time and frames of the window this runs in. */
export type Clock = {
  now(): number
  frame(callback: () => void): void
  later(milliseconds: number, callback: () => void): () => void
  /** whether this person wants nothing to fly */
  isCalm(): boolean
}

/** After so long without a change what is seen is redrawn sharp and in full. */
const rest = 140

export function newMotion(clock: Clock, start: Size): Motion {
  let view: View = { x: 0, y: 0, k: 1 }
  let size = start
  let flying: { flight: Flight; since: number } | undefined
  let isAsked = false
  let settle = () => {}
  const listeners = new Set<(view: View, isMoving: boolean) => void>()

  function tell(isMoving: boolean): void {
    for (const listener of listeners) listener(view, isMoving)
  }

  function next(): void {
    if (isAsked) return
    isAsked = true
    clock.frame(() => {
      isAsked = false
      step()
    })
  }

  function step(): void {
    if (flying) {
      const elapsed = clock.now() - flying.since
      view = flying.flight.at(elapsed)
      if (elapsed >= flying.flight.duration) flying = undefined
      else next()
    }
    tell(true)
    settle()
    if (!flying) settle = clock.later(rest, () => tell(false))
  }

  return {
    view: () => view,
    size: () => size,
    isFlying: () => flying !== undefined,
    goal: () => (flying ? flying.flight.at(flying.flight.duration) : view),
    set(to) {
      flying = undefined
      view = to
      next()
    },
    fly(flight) {
      if (clock.isCalm()) {
        flying = undefined
        view = flight.at(flight.duration)
        next()
        return
      }
      flying = { flight, since: clock.now() }
      view = flight.at(0)
      next()
    },
    stop() {
      flying = undefined
    },
    resize(to) {
      size = to
      next()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const windowClock: Clock = {
  isCalm: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  now: () => performance.now(),
  frame: (callback) => requestAnimationFrame(callback),
  later(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds)
    return () => clearTimeout(timer)
  },
}
