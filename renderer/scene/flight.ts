import { interpolateZoom } from 'd3-interpolate'
import type { View } from './camera.ts'
import { clampNumber, type Size } from './geometry.ts'

/** A move from one view to another: `at(0)` is where it starts, `at(duration)` and later exactly where it ends. */
export type Flight = { readonly duration: number; at(elapsed: number): View }

/**
 * The optimal path of van Wijk and Nuij ("Smooth and efficient zooming and panning", 2003), shortened to
 * clamp(0.22·d, 200, 450) ms because the unshortened path takes seconds; eased at both ends.
 */
export function flight(from: View, to: View, size: Size): Flight {
  const path = interpolateZoom([from.x, from.y, size.w / from.k], [to.x, to.y, size.w / to.k])
  const isStill = from.x === to.x && from.y === to.y && from.k === to.k
  const duration = isStill ? 0 : clampNumber(0.22 * Math.abs(path.duration), 200, 450)
  return timed(duration, from, to, (t) => {
    const [x, y, w] = path(t)
    return { x, y, k: size.w / w }
  })
}

/** A move of a given length in time that holds its course: for entering and leaving, where both ends are near. */
export function glide(from: View, to: View, duration: number): Flight {
  const grow = Math.log(to.k / from.k)
  return timed(duration, from, to, (t) => ({
    x: from.x + (to.x - from.x) * t,
    y: from.y + (to.y - from.y) * t,
    k: from.k * Math.exp(grow * t),
  }))
}

function timed(duration: number, from: View, to: View, path: (t: number) => View): Flight {
  return {
    duration,
    at(elapsed) {
      if (elapsed >= duration) return to
      if (elapsed <= 0) return from
      return path(ease(elapsed / duration))
    },
  }
}

/** cubic-bezier(.4, 0, .2, 1), solved for the given time by Newton's method. */
export function ease(time: number): number {
  let s = time
  for (let step = 0; step < 8; step++) {
    const slope = bezierSlope(s, 0.4, 0.2)
    if (slope < 1e-6) break
    s = clampNumber(s - (bezier(s, 0.4, 0.2) - time) / slope, 0, 1)
  }
  return bezier(s, 0, 1)
}

function bezier(s: number, a: number, b: number): number {
  return 3 * (1 - s) * (1 - s) * s * a + 3 * (1 - s) * s * s * b + s * s * s
}

function bezierSlope(s: number, a: number, b: number): number {
  return 3 * (1 - s) * (1 - s) * a + 6 * (1 - s) * s * (b - a) + 3 * s * s * (1 - b)
}
