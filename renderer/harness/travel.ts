import type { ArtifactId } from '../../shared/ids.ts'
import type { ChildView } from '../../shared/views.ts'
import { cardSize, fieldOf, noPlaces } from '../field.ts'
import { childOf, type Mirror } from '../mirror.ts'
import { plainName } from '../plain.ts'
import { fitted, type Reach, reachOf, type View } from '../scene/camera.ts'
import { flight, glide } from '../scene/flight.ts'
import { arrival, departure, enter, type Frame, leave } from '../scene/frames.ts'
import type { Box, Insets, Size } from '../scene/geometry.ts'
import { here, openPanel, type State, say, select } from '../store.ts'
import { strings } from '../strings.ts'
import { lens } from './lens.ts'
import type { Session } from './session.ts'

/** What the frame's own surfaces cover of the window. */
const insets: Insets = { top: 84, right: 32, bottom: 112, left: 32 }

/** Goes into a child of the room one is in. */
export function goIn(session: Session, refId: string): void {
  const { store, motion } = session
  const state = store.getState()
  const room = here(state)
  const child = room && state.mirror.rooms.get(room)?.items.get(refId)
  if (!room || !child || !isEnterable(child)) return
  select(store, room, refId)
  const frames = remembered(state.frames, motion.view())
  const box = fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces).spots.find(
    (spot) => spot.id === refId,
  )?.box
  arrive(session, enter(frames, child.id, box ?? { x: 0, y: 0, ...cardSize(child) }), 'in')
}

/** Steps out into the room before; the root stays. */
export function goOut(session: Session): void {
  const { store, motion } = session
  const frames = store.getState().frames
  if (frames.length < 2) return
  const home = frames.at(-2)?.view
  const left = leave(remembered(frames, motion.view()))
  const seen = left.at(-1)?.view ?? motion.view()
  store.setState((state) => ({ frames: left, visit: state.visit + 1, direction: 'out', panel: undefined }))
  motion.set(departure(seen, home ?? seen))
  motion.fly(glide(motion.view(), home ?? seen, 300))
  tellWhere(session)
}

/** Goes to a room by the way that leads there, root first. What is shared with the way here is stepped back along. */
export function goTo(session: Session, trail: readonly ArtifactId[]): void {
  const state = session.store.getState()
  const same = state.frames.filter((frame, depth) => trail[depth] === frame.id)
  if (same.length === trail.length && same.length === state.frames.length) return
  if (same.length === trail.length && same.length === state.frames.length - 1) {
    goOut(session)
    return
  }
  const known = remembered(state.frames, session.motion.view()).slice(0, same.length)
  const frames = [...known]
  for (const id of trail.slice(same.length)) {
    frames.push({ id, box: boxOf(state, frames.at(-1)?.id, id), view: homeView(state, id, session.motion.size()) })
  }
  const isOutward = same.length === trail.length
  arrive(session, frames, isOutward ? 'out' : 'across')
}

/** The Vault, wherever one is; in the Vault itself, all of it. */
export function goHome(session: Session): void {
  const [root] = session.store.getState().frames
  if (!root) return
  if (session.store.getState().frames.length === 1) seeAll(session)
  else goTo(session, [root.id])
}

/** Everything that lies here. */
export function seeAll(session: Session): void {
  const state = session.store.getState()
  const room = here(state)
  if (room)
    session.motion.fly(
      flight(session.motion.view(), homeView(state, room, session.motion.size()), session.motion.size()),
    )
}

/** A room to the one who arrives: everything in sight if that can be read, else close enough to read. */
export function homeView(state: State, id: ArtifactId, size: Size): View {
  const content = contentOf(state, id)
  if (!content) return { x: 0, y: 0, k: 1 }
  const all = fitted(content, size, insets)
  return all.k >= 0.4 ? all : { ...all, k: 0.5 }
}

export function reachIn(state: State, id: ArtifactId, size: Size): Reach {
  if (lens(typeOf(state, id)).surface === 'page') return { least: 0.85, most: 1 }
  return reachOf(contentOf(state, id), size, insets)
}

/** The type of an artifact by its own view, or by what its parent says of it. */
export function typeOf(state: State, id: ArtifactId): string {
  if (id === state.mirror.rootId) return 'vault'
  return state.mirror.artifacts.get(id)?.type ?? childOf(state.mirror, id)?.type ?? 'collection'
}

/** What a room is called here. */
export function roomName(mirror: Mirror, id: ArtifactId): string {
  if (id === mirror.rootId) return strings.vault.own(plainName(mirror.identity?.name ?? ''))
  const view = mirror.artifacts.get(id) ?? childOf(mirror, id)
  return plainName(view?.name ?? '') || (view?.type === 'inbox' ? strings.kind.inbox : strings.untitled)
}

export function isEnterable(child: ChildView): boolean {
  return (
    child.id.startsWith('doc:') &&
    child.status !== 'missing' &&
    child.status !== 'revoked' &&
    child.status !== 'recalled'
  )
}

function arrive(session: Session, frames: readonly Frame<ArtifactId>[], direction: State['direction']): void {
  const { store, motion } = session
  const last = frames.at(-1)
  if (!last) return
  store.setState((state) => ({ frames, visit: state.visit + 1, direction, panel: undefined }))
  const home = homeView(store.getState(), last.id, motion.size())
  const isOut = direction === 'out'
  motion.set(
    isOut ? departure(last.view, home) : arrival(direction === 'in' ? last.view : { ...home, k: home.k * 0.7 }, home),
  )
  motion.fly(glide(motion.view(), home, isOut ? 300 : 350))
  tellWhere(session)
}

function tellWhere(session: Session): void {
  const state = session.store.getState()
  const room = here(state)
  if (room) say(session.store, strings.frame.inside(roomName(state.mirror, room)))
  openPanel(session.store, undefined)
}

/** The way here, with the view one has now kept for coming back. */
function remembered(frames: readonly Frame<ArtifactId>[], view: View): readonly Frame<ArtifactId>[] {
  return frames.map((frame, depth) => (depth === frames.length - 1 ? { ...frame, view } : frame))
}

function boxOf(state: State, parent: ArtifactId | undefined, id: ArtifactId): Box {
  const room = parent && state.mirror.rooms.get(parent)
  const child = room && [...room.items.values()].find((item) => item.id === id)
  const spot =
    child && fieldOf(room, state.places.get(parent) ?? noPlaces).spots.find((each) => each.id === child.refId)
  return spot?.box ?? { x: 0, y: 0, w: 300, h: 168 }
}

function contentOf(state: State, id: ArtifactId): Box | undefined {
  if (lens(typeOf(state, id)).surface === 'page') return undefined
  return fieldOf(state.mirror.rooms.get(id), state.places.get(id) ?? noPlaces).content
}
