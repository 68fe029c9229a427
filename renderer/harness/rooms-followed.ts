import type { ArtifactId } from '../../shared/ids.ts'
import type { Place } from '../../shared/views.ts'
import { fieldOf, missingPlaces, noPlaces } from '../field.ts'
import { glide } from '../scene/flight.ts'
import { here, keepPlaces, type State, take } from '../store.ts'
import { lens } from './lens.ts'
import type { Session } from './session.ts'
import { homeView, isSameView, typeOf } from './travel.ts'

/** How often warmth and the state of things are asked for again: heat fades without anything happening. */
const refreshEvery = 15_000

/** Keeps what is shown true: opens the root, reads rooms as they are entered, asks again for what went stale, and gives first places. */
export function followRooms(session: Session): void {
  const { store } = session
  store.subscribe((state, before) => {
    openRoot(session, state)
    const room = here(state)
    if (room !== undefined && room !== here(before)) arrived(session, state, room)
    if (state.mirror !== before.mirror || state.places !== before.places) {
      refreshStale(session, state, before)
      if (room !== undefined && room === here(before)) showContent(session, state, before, room)
      if (room !== undefined) giveFirstPlaces(session, state, room)
    }
  })
  setInterval(() => {
    const room = here(store.getState())
    if (document.visibilityState !== 'visible' || store.getState().connection !== 'live') return
    void session.read.sync()
    if (room !== undefined) void session.read.room(room)
    const root = store.getState().mirror.rootId
    if (root !== undefined && root !== room) void session.read.children(root)
  }, refreshEvery)
}

function openRoot(session: Session, state: State): void {
  const id = state.mirror.rootId
  if (id === undefined || state.frames.length > 0) return
  session.store.setState({
    frames: [{ id, box: { x: 0, y: 0, w: 1600, h: 1000 }, view: { x: 0, y: 0, k: 1 } }],
    visit: 1,
  })
}

function arrived(session: Session, state: State, room: ArtifactId): void {
  session.attention.moved(state.frames.map((frame) => frame.id))
  void session.read.room(room)
  const type = typeOf(state, room)
  if (lens(type).canvasId === 'story') {
    void session.read.story(room)
    void session.read.members(room)
  }
  if (type === 'inbox') void session.read.letters()
}

/** A room entered before its children were known is seen whole when they come; and whoever sees all of it goes on doing so. */
function showContent(session: Session, state: State, before: State, room: ArtifactId): void {
  const { motion } = session
  const many = spotsIn(state, room)
  const were = spotsIn(before, room)
  if (many === were || many === 0) return
  const size = motion.size()
  const home = homeView(state, room, size)
  if (were === 0) motion.set(home)
  else if (isSameView(motion.goal(), homeView(before, room, size))) motion.fly(glide(motion.view(), home, 400))
}

function spotsIn(state: State, room: ArtifactId): number {
  return fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces).spots.length
}

function refreshStale(session: Session, state: State, before: State): void {
  for (const [id, room] of state.mirror.rooms) {
    if (room.isStale && !before.mirror.rooms.get(id)?.isStale) void session.read.children(id)
  }
  for (const [id, page] of state.mirror.stories) {
    if (page.isStale && !before.mirror.stories.get(id)?.isStale) void session.read.story(id)
  }
}

/** Decided once here and then stored, so that nothing is ever laid out again. Where one may not place, the place stays this surface's own. */
function giveFirstPlaces(session: Session, state: State, id: ArtifactId): void {
  const room = state.mirror.rooms.get(id)
  if (!room || lens(typeOf(state, id)).surface !== 'field') return
  const missing = missingPlaces(room, state.places.get(id) ?? noPlaces)
  if (missing.size === 0) return
  keepPlaces(session.store, id, missing)
  void storePlaces(session, id, missing)
}

/** So many places are stored at a time. */
const placesAtOnce = 100

async function storePlaces(session: Session, treeId: ArtifactId, places: ReadonlyMap<string, Place>): Promise<void> {
  const all = [...places]
  for (let from = 0; from < all.length; from += placesAtOnce) {
    await storeSome(session, treeId, all.slice(from, from + placesAtOnce))
  }
}

/** Stores a place and then leaves it to the core; a refusal keeps it on this surface only. */
export function storePlace(session: Session, treeId: ArtifactId, refId: string, place: Place): Promise<void> {
  return storeSome(session, treeId, [[refId, place]])
}

async function storeSome(session: Session, treeId: ArtifactId, places: readonly [string, Place][]): Promise<void> {
  const { store, ask } = session
  const childIn = (refId: string) => store.getState().mirror.rooms.get(treeId)?.items.get(refId)
  const answers = await Promise.all(
    places.map(async ([refId, place]) => {
      const child = childIn(refId)
      const stored = child && (await ask('artifact.place', { treeId, childId: child.id, ...place }))
      return stored?.ok ? [[refId, place] as const] : []
    }),
  )
  const done = answers.flat()
  const own = store.getState().places.get(treeId)
  take(
    store,
    done.flatMap(([refId, place]) => {
      const child = childIn(refId)
      return child ? [{ type: 'child', treeId, child: { ...child, place } } as const] : []
    }),
  )
  // What was moved again meanwhile stays as it was moved.
  keepPlaces(
    store,
    treeId,
    new Map(done.filter(([refId, place]) => own?.get(refId) === place).map(([refId]) => [refId, undefined])),
  )
}
