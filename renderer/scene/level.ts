import { type Reach, shownArea, type View } from './camera.ts'
import { type Box, isInside, type Point, type Size } from './geometry.ts'

/** How much of a thing is shown: a mark; its title and warmth; a preview. Inside is the canvas itself. */
export type Level = 'dot' | 'far' | 'near'

/** Below this scale the words of a preview are too small to read. */
const legible = 0.58

/** By how wide it is in its room and at what scale the room is seen. */
export function levelOf(width: number, scale: number): Level {
  if (width * scale < 64) return 'dot'
  return scale < legible ? 'far' : 'near'
}

/** Part of the window, in its better-filled direction, that a thing must fill for zooming in to become entering. */
const entering = 0.62
/** Below this part of the least useful scale, zooming out becomes leaving. */
const leaving = 0.72

/** The thing that zooming in has entered: it lies under the pointer and fills enough of the window. */
export function entered<Spot extends { readonly box: Box }>(
  view: View,
  size: Size,
  pointer: Point,
  spots: readonly Spot[],
): Spot | undefined {
  const seen = shownArea(view, size)
  const at = { x: seen.x + (pointer.x / size.w - 0.5) * seen.w, y: seen.y + (pointer.y / size.h - 0.5) * seen.h }
  return spots.find(
    (spot) =>
      isInside(spot.box, at) && Math.max((spot.box.w * view.k) / size.w, (spot.box.h * view.k) / size.h) >= entering,
  )
}

/** The scale at which zooming out leaves a room with this reach. */
export function leavingScale(reach: Reach): number {
  return reach.least * leaving
}
