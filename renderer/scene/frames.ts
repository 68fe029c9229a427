import { fitted, type View } from './camera.ts'
import type { Box, Size } from './geometry.ts'

/** How wide a room is inside, in its own units, whatever the width of the card it is seen as from outside. */
const roomWidth = 1600

/** One room on the way from the root to where one is. `box` is where it lies in the room before it. */
export type Frame<Id> = { readonly id: Id; readonly box: Box; readonly view: View }

/** The way here, root first. Each view is in its own room's units: no number grows with depth. */
export type Frames<Id> = readonly Frame<Id>[]

/** Re-roots in a child of the current room, looking at exactly what was on the screen. */
export function enter<Id>(frames: Frames<Id>, id: Id, box: Box): Frames<Id> {
  const from = frames.at(-1)?.view ?? { x: box.x, y: box.y, k: 1 }
  return [...frames, { id, box, view: inward(from, box) }]
}

/** Re-roots in the room before, looking at exactly what was on the screen. The root cannot be left. */
export function leave<Id>(frames: Frames<Id>): Frames<Id> {
  const inner = frames.at(-1)
  const outer = frames.at(-2)
  if (!inner || !outer) return frames
  return [...frames.slice(0, -2), { ...outer, view: outward(inner.view, inner.box) }]
}

/** A view of the outer room, said in units of the room that lies at `box`. */
function inward(view: View, box: Box): View {
  const scale = box.w / roomWidth
  return { x: (view.x - box.x) / scale, y: (view.y - box.y) / scale, k: view.k * scale }
}

/** The inverse of `inward`. */
function outward(view: View, box: Box): View {
  const scale = box.w / roomWidth
  return { x: box.x + view.x * scale, y: box.y + view.y * scale, k: view.k / scale }
}

/** Where motion into a room starts: from what was on the screen, but never further out than .7 of where it ends. */
export function arrival(seen: View, home: View): View {
  return between(seen, home, Math.min(Math.max(seen.k, home.k * 0.7), home.k))
}

/** Where motion back out starts: never further in than 1.3 of where it ends. */
export function departure(seen: View, home: View): View {
  return between(seen, home, Math.max(Math.min(seen.k, home.k * 1.3), home.k))
}

/** The scale `k`, with `home` at most as far off the middle of the screen as it was in `seen`. */
function between(seen: View, home: View, k: number): View {
  const left = Math.min(seen.k / k, 1)
  return { x: home.x + (seen.x - home.x) * left, y: home.y + (seen.y - home.y) * left, k }
}

/** The view in which `box` fills the window as the room inside it would. */
export function threshold(box: Box, size: Size): View {
  return fitted(box, size, { top: 0, right: 0, bottom: 0, left: 0 }, Number.POSITIVE_INFINITY)
}
