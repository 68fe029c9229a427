import type { ArtifactId } from '../../shared/ids.ts'
import type { ChildView } from '../../shared/views.ts'
import { fieldOf, noPlaces } from '../field.ts'
import { childOf, type Mirror } from '../mirror.ts'
import { plainName } from '../plain.ts'
import { fitted, type Reach, reachOf, type View } from '../scene/camera.ts'
import { flight, glide } from '../scene/flight.ts'
import { arrival, departure, enter, type Frame, leave } from '../scene/frames.ts'
import type { Box, Insets, Size } from '../scene/geometry.ts'
import { here, type State, say, select } from '../store.ts'
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
  if (!room || !child) return
  select(store, room, refId)
  if (!isEnterable(child)) {
    store.setState({ notice: whyNot(child) })
    return
  }
  const seen = enter(withView(state.frames, motion.view()), child.id, boxOf(state, room, child.id)).at(-1)
  if (seen) arrive(session, [...remembered(session), seen], 'in', homeView(state, child.id, motion.size()))
}

/** Steps out into the room before; the root stays. */
export function goOut(session: Session): void {
  const { frames } = session.store.getState()
  const outer = frames.at(-2)
  const seen = leave(withView(frames, session.motion.view())).at(-1)
  if (outer && seen)
    arrive(session, [...frames.slice(0, -2), { ...outer, view: seen.view }], 'out', comeBack(session, outer))
}

/** Goes to a room by the way that leads there, root first. What is shared with the way here is stepped back along. */
export function goTo(session: Session, trail: readonly ArtifactId[]): void {
  const state = session.store.getState()
  const shared = state.frames.filter((frame, depth) => trail[depth] === frame.id)
  const target = shared.at(-1)
  if (shared.length === trail.length) {
    if (shared.length === state.frames.length || !target) return
    const home = comeBack(session, target)
    arrive(session, [...shared.slice(0, -1), { ...target, view: { ...home, k: home.k * 1.3 } }], 'out', home)
    return
  }
  const frames = remembered(session).slice(0, shared.length)
  for (const id of trail.slice(shared.length)) {
    frames.push({ id, box: boxOf(state, frames.at(-1)?.id, id), view: homeView(state, id, session.motion.size()) })
  }
  const home = frames.at(-1)?.view ?? { x: 0, y: 0, k: 1 }
  arrive(session, withView(frames, { ...home, k: home.k * 0.7 }), 'across', home)
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
  return child.id.startsWith('doc:') && (child.status === 'active' || child.status === 'transferred')
}

function whyNot(child: ChildView): string {
  if (child.status === 'waiting') return strings.card.waiting
  return child.status === 'active' ? strings.vault.emptyLeaf : strings.status[child.status]
}

/** Is in the last of these rooms from now on, moving from what its frame sees to where one stays. */
function arrive(session: Session, frames: readonly Frame<ArtifactId>[], direction: State['direction'], to: View): void {
  const { store, motion } = session
  const from = frames.at(-1)?.view ?? to
  store.setState((state) => ({ frames, visit: state.visit + 1, direction, panel: undefined }))
  const isOut = direction === 'out'
  motion.set(isOut ? departure(from, to) : arrival(from, to))
  motion.fly(glide(motion.view(), to, isOut ? 300 : 350))
  const room = here(store.getState())
  if (room) say(store, strings.frame.inside(roomName(store.getState().mirror, room)))
}

/** The way here, with the view one will come back to: never as close as going in brought one. */
function remembered(session: Session): Frame<ArtifactId>[] {
  const { store, motion } = session
  const state = store.getState()
  const room = here(state)
  if (!room) return []
  const view = motion.goal()
  const whole = new Set(state.whole)
  if (isSameView(view, homeView(state, room, motion.size()))) whole.add(room)
  else whole.delete(room)
  store.setState({ whole })
  return withView(state.frames, view.k > 1.15 ? { ...view, k: 1 } : view)
}

/** Where one comes back to in a room: all of it where one had all of it in sight, else as one left it. */
function comeBack({ store, motion }: Session, frame: Frame<ArtifactId>): View {
  const state = store.getState()
  return state.whole.has(frame.id) ? homeView(state, frame.id, motion.size()) : frame.view
}

export function isSameView(a: View, b: View): boolean {
  return Math.abs(a.x - b.x) * a.k < 2 && Math.abs(a.y - b.y) * a.k < 2 && Math.abs(a.k / b.k - 1) < 0.01
}

function withView(frames: readonly Frame<ArtifactId>[], view: View): Frame<ArtifactId>[] {
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
