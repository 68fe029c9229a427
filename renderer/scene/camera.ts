import { type Box, clampNumber, type Insets, isOverlapping, type Point, type Size } from './geometry.ts'

/** The room's point at the middle of the window, and how many pixels one unit of the room takes. */
export type View = { readonly x: number; readonly y: number; readonly k: number }

/** Scales a room may be seen at. */
export type Reach = { readonly least: number; readonly most: number }

export function toScreen(view: View, size: Size, point: Point): Point {
  return { x: (point.x - view.x) * view.k + size.w / 2, y: (point.y - view.y) * view.k + size.h / 2 }
}

export function toRoom(view: View, size: Size, pixel: Point): Point {
  return { x: (pixel.x - size.w / 2) / view.k + view.x, y: (pixel.y - size.h / 2) / view.k + view.y }
}

/** The part of the room the window shows, widened on each side by `margin` of its own size. */
export function shownArea(view: View, size: Size, margin = 0): Box {
  const grow = 1 + 2 * margin
  return { x: view.x, y: view.y, w: (size.w / view.k) * grow, h: (size.h / view.k) * grow }
}

/** Moves what is seen by so many pixels, as a hand moves paper. */
export function pan(view: View, dx: number, dy: number): View {
  return { x: view.x - dx / view.k, y: view.y - dy / view.k, k: view.k }
}

/** Scales by `factor` within reach; what is under `pixel` stays under it. */
export function zoomAbout(view: View, size: Size, pixel: Point, factor: number, reach: Reach): View {
  const k = clampNumber(view.k * factor, reach.least, reach.most)
  const dx = pixel.x - size.w / 2
  const dy = pixel.y - size.h / 2
  return { x: view.x + dx / view.k - dx / k, y: view.y + dy / view.k - dy / k, k }
}

/** All of `box` in the part of the window that `insets` leave free, never larger than `most`. */
export function fitted(box: Box, size: Size, insets: Insets, most = 1): View {
  const free = {
    w: Math.max(size.w - insets.left - insets.right, 1),
    h: Math.max(size.h - insets.top - insets.bottom, 1),
  }
  const k = Math.min(free.w / Math.max(box.w, 1e-9), free.h / Math.max(box.h, 1e-9), most)
  return {
    x: box.x - (insets.left - insets.right) / 2 / k,
    y: box.y - (insets.top - insets.bottom) / 2 / k,
    k,
  }
}

/** How far out one may go (a little further than seeing everything) and how far in. */
export function reachOf(content: Box | undefined, size: Size, insets: Insets): Reach {
  const all = content ? fitted(content, size, insets).k : 1
  return { least: Math.min(all * 0.85, 0.85), most: 4 }
}

/**
 * The nearest view that is not a desert: scale within reach, no more of the window beyond the content than `slack`
 * gives, and at least one of `boxes` in sight (`sliver` pixels of it) when there are any.
 */
export function clamp(view: View, size: Size, content: Box | undefined, boxes: readonly Box[], reach: Reach): View {
  const k = clampNumber(Number.isFinite(view.k) ? view.k : 1, reach.least, reach.most)
  if (!content) return { x: 0, y: 0, k }
  const x = withinSpan(view.x, content.x, content.w, size.w / k)
  const y = withinSpan(view.y, content.y, content.h, size.h / k)
  return towardsSomething({ x, y, k }, size, boxes)
}

/** What may stick out of the window, or be empty in it, as a part of the shorter of the two. */
const slack = 0.12

function withinSpan(at: number, middle: number, length: number, shown: number): number {
  const room = Math.abs(length - shown) / 2 + slack * Math.min(length, shown)
  return clampNumber(Number.isFinite(at) ? at : middle, middle - room, middle + room)
}

const sliver = 64

function towardsSomething(view: View, size: Size, boxes: readonly Box[]): View {
  const seen = {
    x: view.x,
    y: view.y,
    w: size.w / view.k - (2 * sliver) / view.k,
    h: size.h / view.k - (2 * sliver) / view.k,
  }
  let best: Point | undefined
  let least = Number.POSITIVE_INFINITY
  for (const box of boxes) {
    if (isOverlapping(seen, box)) return view
    const dx = shortfall(view.x, seen.w, box.x, box.w)
    const dy = shortfall(view.y, seen.h, box.y, box.h)
    const far = Math.hypot(dx, dy)
    if (far < least) {
      least = far
      best = { x: dx, y: dy }
    }
  }
  return best ? { x: view.x + best.x, y: view.y + best.y, k: view.k } : view
}

/** How far the seen span must move to touch the other span. */
function shortfall(seen: number, width: number, at: number, length: number): number {
  const gap = Math.abs(at - seen) - (width + length) / 2
  return gap <= 0 ? 0 : Math.sign(at - seen) * gap
}
