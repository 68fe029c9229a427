export type Point = { readonly x: number; readonly y: number }
export type Size = { readonly w: number; readonly h: number }
/** A rectangle by its centre, in units of the room it lies in. */
export type Box = Point & Size
/** Pixels at the window's edges that the frame's own surfaces cover. */
export type Insets = { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number }

/** The smallest box around all of them; nothing for none. */
export function bounds(boxes: Iterable<Box>): Box | undefined {
  let left = Number.POSITIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (const box of boxes) {
    left = Math.min(left, box.x - box.w / 2)
    right = Math.max(right, box.x + box.w / 2)
    top = Math.min(top, box.y - box.h / 2)
    bottom = Math.max(bottom, box.y + box.h / 2)
  }
  if (left > right) return undefined
  return { x: (left + right) / 2, y: (top + bottom) / 2, w: right - left, h: bottom - top }
}

/** Whether two boxes come closer than `gap` to each other on both axes. */
export function isOverlapping(a: Box, b: Box, gap = 0): boolean {
  return Math.abs(a.x - b.x) < (a.w + b.w) / 2 + gap && Math.abs(a.y - b.y) < (a.h + b.h) / 2 + gap
}

export function isInside(box: Box, point: Point): boolean {
  return Math.abs(point.x - box.x) <= box.w / 2 && Math.abs(point.y - box.y) <= box.h / 2
}

export function clampNumber(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
