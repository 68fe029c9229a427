import { memo, useLayoutEffect, useRef } from 'react'
import type { ChildView } from '../../../shared/views.ts'
import { isRound } from '../../field.ts'
import { heatStep } from '../../heat.ts'
import { shownArea, type View } from '../../scene/camera.ts'
import type { Size } from '../../scene/geometry.ts'
import type { Spot } from '../../scene/visibility.ts'
import styles from './vault-canvas.module.css'

type UnderlayProps = {
  readonly spots: readonly Spot<string>[]
  readonly items: ReadonlyMap<string, ChildView> | undefined
  readonly view: View
  readonly size: Size
}

/** Drawn as much wider than the window on each side as cards are kept ready. */
const margin = 0.3

/** Everything in sight that is too much to be alive: flat shapes with their warmth, in one picture that moves with the layer. */
export const Underlay = memo(function Underlay({ spots, items, view, size }: UnderlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const area = shownArea(view, size, margin)
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || spots.length === 0) return
    draw(context, spots, items, view, size)
  }, [spots, items, view, size])
  if (spots.length === 0) return null
  const scale = 1 + 2 * margin
  return (
    <canvas
      ref={canvas}
      className={styles['underlay']}
      aria-hidden
      width={Math.round(size.w * scale)}
      height={Math.round(size.h * scale)}
      style={{ left: area.x - area.w / 2, top: area.y - area.h / 2, width: area.w, height: area.h }}
    />
  )
})

function draw(
  context: CanvasRenderingContext2D,
  spots: readonly Spot<string>[],
  items: UnderlayProps['items'],
  view: View,
  size: Size,
): void {
  const ground = groundColour(context.canvas)
  const scale = 1 + 2 * margin
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  const dx = (size.w * scale) / 2 - view.x * view.k
  const dy = (size.h * scale) / 2 - view.y * view.k
  context.setTransform(view.k, 0, 0, view.k, dx, dy)
  for (const [step, path] of shapes(spots, items, view.k)) {
    context.fillStyle = ground
    context.fill(path)
    if (step === 0) continue
    context.fillStyle = `rgb(255 160 60 / ${0.06 * step})`
    context.fill(path)
  }
}

const grounds = new Map<string, string>()

/** The colour of a line in this theme; asked once, since asking makes the browser style everything first. */
function groundColour(element: Element): string {
  const theme = document.documentElement.dataset['theme'] ?? ''
  const known = grounds.get(theme) ?? getComputedStyle(element).getPropertyValue('--line')
  grounds.set(theme, known)
  return known
}

/** One path for each step of warmth: many shapes cost as one. */
function shapes(spots: readonly Spot<string>[], items: UnderlayProps['items'], k: number): Map<number, Path2D> {
  const paths = new Map<number, Path2D>()
  for (const { id, box } of spots) {
    const child = items?.get(id)
    const step = heatStep(child?.heat ?? 0)
    const path = paths.get(step) ?? new Path2D()
    paths.set(step, path)
    const left = box.x - box.w / 2
    const top = box.y - box.h / 2
    if (box.w * k < plain) path.rect(left, top, box.w, box.h)
    else path.roundRect(left, top, box.w, box.h, child && isRound(child.type) ? box.w / 2 : Math.min(22, box.h / 2))
  }
  return paths
}

/** Below so many pixels nobody sees a round corner. */
const plain = 10
