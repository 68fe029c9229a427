import { fieldOf, noPlaces } from '../field.ts'
import { clamp, pan, zoomAbout } from '../scene/camera.ts'
import { glide } from '../scene/flight.ts'
import type { Point } from '../scene/geometry.ts'
import { entered, leavingScale } from '../scene/level.ts'
import { here } from '../store.ts'
import { lens } from './lens.ts'
import { wheelZooms } from './preferences.ts'
import type { Session } from './session.ts'
import { goIn, goOut, reachIn, typeOf } from './travel.ts'

/** After going in or out, what is left of the same gesture is not taken for another one, for so long. */
const afterCrossing = 420
/** A gesture that went too far is put right when it has ended for so long. */
const afterGesture = 180

/** Pointer and wheel on the room. Returns what takes them off again. */
export function followGestures(element: HTMLElement, session: Session): () => void {
  const zoom = newZoom(session)
  const hand = newHand(element, session)
  const onWheel = (event: WheelEvent) => wheel(event, session, zoom)
  const noPageZoom = (event: WheelEvent) => {
    if (event.ctrlKey) event.preventDefault()
  }
  const onResize = () => {
    session.motion.resize({ w: window.innerWidth, h: window.innerHeight })
    settle(session)
  }
  element.addEventListener('wheel', onWheel, { passive: false })
  window.addEventListener('wheel', noPageZoom, { passive: false })
  window.addEventListener('resize', onResize)
  return () => {
    element.removeEventListener('wheel', onWheel)
    window.removeEventListener('wheel', noPageZoom)
    window.removeEventListener('resize', onResize)
    hand()
  }
}

/** Nearer or farther by keys, about the middle of the window. */
export function zoomBy(session: Session, factor: number): void {
  const { w, h } = session.motion.size()
  newZoom(session)({ x: w / 2, y: h / 2 }, factor)
}

type Zoom = (pointer: Point, factor: number) => void

function newZoom(session: Session): Zoom {
  let crossedAt = Number.NEGATIVE_INFINITY
  let settling: ReturnType<typeof setTimeout> | undefined
  return (pointer, factor) => {
    const { motion, store } = session
    if (performance.now() - crossedAt < afterCrossing) return
    const state = store.getState()
    const room = here(state)
    if (!room) return
    const isRoot = state.frames.length < 2
    const isPage = lens(typeOf(state, room)).surface === 'page'
    const size = motion.size()
    const reach = reachIn(state, room, size)
    const about = isPage ? { x: size.w / 2, y: size.h / 2 } : pointer
    const least = isRoot ? reach.least : leavingScale(reach) * 0.9
    const view = zoomAbout(motion.view(), size, about, factor, { ...reach, least })
    if (!isRoot && factor < 1 && view.k < leavingScale(reach)) {
      crossedAt = performance.now()
      goOut(session)
      return
    }
    const field = fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces)
    const into = factor > 1 && !isPage ? entered(view, size, pointer, field.spots) : undefined
    if (into) {
      crossedAt = performance.now()
      goIn(session, into.id)
      return
    }
    motion.set(view)
    clearTimeout(settling)
    settling = setTimeout(() => settle(session), afterGesture)
  }
}

/** Back to where something can be seen, gently. */
function settle(session: Session): void {
  const { motion, store } = session
  const state = store.getState()
  const room = here(state)
  if (!room || motion.isFlying()) return
  const field = fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces)
  const boxes = field.spots.map((spot) => spot.box)
  const view = motion.view()
  const right = clamp(view, motion.size(), field.content, boxes, reachIn(state, room, motion.size()))
  if (right.x !== view.x || right.y !== view.y || right.k !== view.k) motion.fly(glide(view, right, 200))
}

function wheel(event: WheelEvent, session: Session, zoom: Zoom): void {
  const state = session.store.getState()
  const room = here(state)
  if (!room) return
  const isPage = lens(typeOf(state, room)).surface === 'page'
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
  const isZoom = event.ctrlKey || event.metaKey || (wheelZooms() && !isPage)
  if (!isZoom && isPage) return
  event.preventDefault()
  if (isZoom) {
    const turn = Math.min(Math.max(event.deltaY * lines, -50), 50)
    zoom({ x: event.clientX, y: event.clientY }, Math.exp(-turn * 0.01))
    return
  }
  const sideways = event.shiftKey && event.deltaX === 0
  panBy(session, -(sideways ? event.deltaY : event.deltaX) * lines, sideways ? 0 : -event.deltaY * lines)
}

/** Moves the room under the window, never past what lies in it. */
function panBy(session: Session, dx: number, dy: number): void {
  const { motion, store } = session
  const state = store.getState()
  const room = here(state)
  if (!room) return
  const field = fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces)
  const reach = { least: 0, most: Number.POSITIVE_INFINITY }
  const boxes = field.spots.map((spot) => spot.box)
  motion.set(clamp(pan(motion.view(), dx, dy), motion.size(), field.content, boxes, reach))
}

/** Dragging the room: with the middle button, with Space held, or on its empty ground. */
function newHand(element: HTMLElement, session: Session): () => void {
  let isSpace = false
  let from: Point | undefined
  const grab = (event: PointerEvent) => {
    session.motion.stop()
    const state = session.store.getState()
    const room = here(state)
    if (!room || lens(typeOf(state, room)).surface === 'page') return
    const isGround =
      event.target instanceof Element && !event.target.closest('[role="treeitem"], button, a, input, textarea')
    if (event.button !== 1 && !(event.button === 0 && (isSpace || isGround))) return
    event.preventDefault()
    event.stopPropagation()
    from = { x: event.clientX, y: event.clientY }
    element.setPointerCapture(event.pointerId)
    element.dataset['dragging'] = 'true'
  }
  const move = (event: PointerEvent) => {
    if (!from) return
    panBy(session, event.clientX - from.x, event.clientY - from.y)
    from = { x: event.clientX, y: event.clientY }
  }
  const drop = () => {
    from = undefined
    delete element.dataset['dragging']
  }
  const space = (event: KeyboardEvent) => {
    if (event.code === 'Space') isSpace = event.type === 'keydown'
  }
  element.addEventListener('pointerdown', grab, { capture: true })
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', drop)
  element.addEventListener('pointercancel', drop)
  window.addEventListener('keydown', space)
  window.addEventListener('keyup', space)
  return () => {
    element.removeEventListener('pointerdown', grab, { capture: true })
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', drop)
    element.removeEventListener('pointercancel', drop)
    window.removeEventListener('keydown', space)
    window.removeEventListener('keyup', space)
  }
}
