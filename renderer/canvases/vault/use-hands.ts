import { type HTMLAttributes, type PointerEvent, type RefObject, useRef } from 'react'
import type { CanvasProps } from '../../canvas.ts'
import type { MenuAt } from './card-menu.tsx'

/** A hand that moves less than this means to press, not to drag, in pixels. */
const still = 4

type Held = {
  readonly refId: string
  readonly element: HTMLElement
  readonly x: number
  readonly y: number
  isDragging: boolean
}

/** The pointer on cards: a press chooses, a second one goes in, dragging places, the other button opens the menu. */
export function useHands(
  props: CanvasProps,
  layer: RefObject<HTMLDivElement | null>,
  openMenu: (at: MenuAt) => void,
): HTMLAttributes<HTMLDivElement> {
  const { field, stage, go } = props
  const held = useRef<Held>(undefined)

  const drop = (event: PointerEvent, isKept: boolean) => {
    const card = held.current
    held.current = undefined
    if (!card) return
    const { k } = stage.view()
    const box = field.spots.find((spot) => spot.id === card.refId)?.box
    card.element.style.translate = ''
    delete card.element.dataset['dragging']
    if (!card.isDragging || !isKept || !box) return
    go.place(card.refId, box.x + (event.clientX - card.x) / k, box.y + (event.clientY - card.y) / k)
  }

  return {
    onPointerDown(event) {
      const element = cardAt(event.target)
      const refId = element?.dataset['ref']
      if (event.button !== 0 || !element || !refId) {
        if (event.target === event.currentTarget || event.target === layer.current) go.choose(undefined)
        return
      }
      go.choose(refId)
      element.focus({ preventScroll: true })
      held.current = { refId, element, x: event.clientX, y: event.clientY, isDragging: false }
    },
    onPointerMove(event) {
      const card = held.current
      if (!card) return
      const dx = event.clientX - card.x
      const dy = event.clientY - card.y
      if (!card.isDragging && Math.hypot(dx, dy) < still) return
      if (!card.isDragging) card.element.setPointerCapture(event.pointerId)
      card.isDragging = true
      card.element.dataset['dragging'] = 'true'
      const { k } = stage.view()
      card.element.style.translate = `${dx / k}px ${dy / k}px`
    },
    onPointerUp: (event) => drop(event, true),
    onPointerCancel: (event) => drop(event, false),
    onDoubleClick(event) {
      const refId = cardAt(event.target)?.dataset['ref']
      if (refId) go.enter(refId)
    },
    // What the keyboard comes to is what keys are about.
    onFocus(event) {
      const refId = cardAt(event.target)?.dataset['ref']
      if (refId) go.choose(refId)
    },
    onContextMenu(event) {
      const card = cardAt(event.target)
      const refId = card?.dataset['ref']
      if (!card || !refId) return
      event.preventDefault()
      go.choose(refId)
      const box = card.getBoundingClientRect()
      const isByKey = event.clientX === 0 && event.clientY === 0
      openMenu({
        refId,
        x: isByKey ? box.left + box.width / 2 : event.clientX,
        y: isByKey ? box.bottom : event.clientY,
      })
    },
  }
}

function cardAt(target: EventTarget): HTMLElement | undefined {
  return (target instanceof Element ? target.closest<HTMLElement>('[role="treeitem"]') : undefined) ?? undefined
}
