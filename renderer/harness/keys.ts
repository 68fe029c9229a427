import type { ArtifactId } from '../../shared/ids.ts'
import type { Place } from '../../shared/views.ts'
import { type Field, fieldOf, noPlaces } from '../field.ts'
import { plainName } from '../plain.ts'
import { shownArea } from '../scene/camera.ts'
import { flight } from '../scene/flight.ts'
import { isOverlapping } from '../scene/geometry.ts'
import { type Direction, neighbour, readingOrder } from '../scene/neighbour.ts'
import { here, keepPlaces, openPanel, say, select } from '../store.ts'
import { strings } from '../strings.ts'
import { zoomBy } from './gestures.ts'
import { storePlace } from './rooms-followed.ts'
import type { Session } from './session.ts'
import { goHome, goIn, goOut, goTo, roomName, seeAll } from './travel.ts'

/** What a key means in a room. */
export type Action =
  | { readonly act: 'choose' | 'move'; readonly direction: Direction }
  | {
      readonly act:
        | 'in'
        | 'out'
        | 'home'
        | 'all'
        | 'unseen'
        | 'rename'
        | 'remove'
        | 'why'
        | 'nearer'
        | 'farther'
        | 'rail'
    }
  | { readonly act: 'panel'; readonly kind: 'outline' | 'make' | 'connect' | 'keys' }

const arrows = new Map<string, Direction>([
  ['ArrowLeft', 'left'],
  ['ArrowRight', 'right'],
  ['ArrowUp', 'up'],
  ['ArrowDown', 'down'],
])

const plainKeys = new Map<string, Action>([
  ['Enter', { act: 'in' }],
  ['Escape', { act: 'out' }],
  ['Home', { act: 'home' }],
  ['f', { act: 'all' }],
  ['n', { act: 'unseen' }],
  ['F2', { act: 'rename' }],
  ['Delete', { act: 'remove' }],
  ['w', { act: 'why' }],
  ['+', { act: 'nearer' }],
  ['=', { act: 'nearer' }],
  ['-', { act: 'farther' }],
  ['c', { act: 'rail' }],
  ['o', { act: 'panel', kind: 'outline' }],
  ['m', { act: 'panel', kind: 'make' }],
  ['i', { act: 'panel', kind: 'connect' }],
  ['?', { act: 'panel', kind: 'keys' }],
])

export type Pressed = {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** The meaning of a key; nothing where it belongs to the system. */
export function actionOf(pressed: Pressed): Action | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined
  const direction = arrows.get(pressed.key)
  if (direction) return { act: pressed.shiftKey ? 'move' : 'choose', direction }
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key
  return plainKeys.get(key)
}

/** Does what an action says. `openRail` belongs to the frame. */
export function perform(session: Session, action: Action, openRail: () => void): void {
  if (action.act === 'choose') chooseTowards(session, action.direction)
  else if (action.act === 'move') moveTowards(session, action.direction)
  else if (action.act === 'panel') openPanel(session.store, { kind: action.kind })
  else if (action.act === 'rail') openRail()
  else if (isAboutChosen(action.act)) withChosen(session, action.act)
  else moves[action.act](session)
}

type AboutChosen = 'in' | 'rename' | 'remove' | 'why'

function isAboutChosen(act: string): act is AboutChosen {
  return act === 'in' || act === 'rename' || act === 'remove' || act === 'why'
}

const moves = {
  out: goOut,
  home: goHome,
  all: seeAll,
  unseen: nextUnseen,
  nearer: (session: Session) => zoomBy(session, 1.3),
  farther: (session: Session) => zoomBy(session, 1 / 1.3),
}

function withChosen(session: Session, act: AboutChosen): void {
  const { store } = session
  const state = store.getState()
  const room = here(state)
  const refId = room && state.selection.get(room)
  const child = room && refId ? state.mirror.rooms.get(room)?.items.get(refId) : undefined
  if (!room || !child) {
    const name = room ? roomName(state.mirror, room) : ''
    if (room && act === 'why') openPanel(store, { kind: 'warmth', id: room, name })
    if (room && act === 'rename' && room !== state.mirror.rootId) openPanel(store, { kind: 'rename', id: room, name })
    return
  }
  const name = plainName(child.name)
  if (act === 'in') goIn(session, child.refId)
  if (act === 'rename') openPanel(store, { kind: 'rename', id: child.id, name })
  if (act === 'remove') openPanel(store, { kind: 'remove', treeId: room, refId: child.refId })
  if (act === 'why') openPanel(store, { kind: 'warmth', id: child.id, name })
}

function chooseTowards(session: Session, direction: Direction): void {
  const { store } = session
  const state = store.getState()
  const room = here(state)
  if (!room) return
  const field = fieldIn(session, room)
  const chosen = field.spots.find((spot) => spot.id === state.selection.get(room))
  const next = chosen ? neighbour(chosen, field.spots, direction) : nearestToMiddle(session, field)
  if (!next) {
    say(store, strings.frame.nothingThere)
    return
  }
  select(store, room, next.id)
  show(session, field, next.id)
}

/** Brings something into sight if it is not. */
function show(session: Session, field: Field, refId: string): void {
  const spot = field.spots.find((each) => each.id === refId)
  if (!spot) return
  const { motion } = session
  const view = motion.view()
  const seen = shownArea(view, motion.size(), -0.14)
  if (isOverlapping(seen, { ...spot.box, w: 1, h: 1 })) return
  motion.fly(flight(view, { x: spot.box.x, y: spot.box.y, k: Math.max(view.k, 0.6) }, motion.size()))
}

function nearestToMiddle(session: Session, field: Field) {
  const view = session.motion.view()
  const far = (box: { x: number; y: number }) => Math.hypot(box.x - view.x, box.y - view.y)
  return field.spots.toSorted((a, b) => far(a.box) - far(b.box))[0]
}

const step = 20
const ways: Record<Direction, { x: number; y: number }> = {
  left: { x: -step, y: 0 },
  right: { x: step, y: 0 },
  up: { x: 0, y: -step },
  down: { x: 0, y: step },
}
let storing: ReturnType<typeof setTimeout> | undefined

function moveTowards(session: Session, direction: Direction): void {
  const { store } = session
  const state = store.getState()
  const room = here(state)
  const refId = room && state.selection.get(room)
  const child = room && refId ? state.mirror.rooms.get(room)?.items.get(refId) : undefined
  const spot = room && fieldIn(session, room).spots.find((each) => each.id === refId)
  if (!room || !refId || !child || !spot) return
  const place: Place = { ...spot.box, x: spot.box.x + ways[direction].x, y: spot.box.y + ways[direction].y }
  keepPlaces(store, room, new Map([[refId, place]]))
  show(session, fieldIn(session, room), refId)
  say(store, strings.frame.moved(plainName(child.name), strings.frame.directions[direction]))
  clearTimeout(storing)
  storing = setTimeout(() => void storePlace(session, room, refId, place), 300)
}

/** Goes to the next thing that holds something unseen: here first, then in the Vault, in reading order. */
function nextUnseen(session: Session): void {
  const { store } = session
  const state = store.getState()
  const room = here(state)
  const root = state.mirror.rootId
  for (const id of new Set([room, root])) {
    if (id === undefined) continue
    const held = state.mirror.rooms.get(id)
    const chosen = state.selection.get(id)
    const order = readingOrder(fieldIn(session, id).spots).map((spot) => spot.id)
    const from = chosen ? order.indexOf(chosen) + 1 : 0
    const next = [...order.slice(from), ...order.slice(0, from)].find(
      (refId) => (held?.items.get(refId)?.unread ?? 0) > 0,
    )
    const child = next && held?.items.get(next)
    if (!next || !child || child.id === room) continue
    select(store, id, next)
    const depth = state.frames.findIndex((frame) => frame.id === id)
    goTo(session, [...state.frames.slice(0, depth + 1).map((frame) => frame.id), child.id])
    return
  }
  say(store, strings.frame.nothingUnseen)
}

function fieldIn(session: Session, room: ArtifactId): Field {
  const state = session.store.getState()
  return fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces)
}
