import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ArtifactId } from '../shared/ids.ts'
import type { Place } from '../shared/views.ts'
import { emptyMirror, type Happening, type Mirror, reflect } from './mirror.ts'
import type { Frames } from './scene/frames.ts'

/** How things stand with the core: being looked for, there, out of reach, or not letting this surface in. */
export type Connection = 'opening' | 'live' | 'lost' | 'refused'

/** What may lie over the room. */
export type Panel =
  | { readonly kind: 'connect'; readonly code?: string }
  | { readonly kind: 'make' }
  | { readonly kind: 'keys' }
  | { readonly kind: 'outline' }
  | { readonly kind: 'me' }
  | { readonly kind: 'members'; readonly id: ArtifactId }
  | { readonly kind: 'rename'; readonly id: ArtifactId; readonly name: string }
  | { readonly kind: 'remove'; readonly treeId: ArtifactId; readonly refId: string }
  | { readonly kind: 'warmth'; readonly id: ArtifactId; readonly name: string }

export type State = {
  readonly mirror: Mirror
  readonly connection: Connection
  /** the way here, root first; each with the view one had when one went on */
  readonly frames: Frames<ArtifactId>
  /** grows with each entering or leaving, and says which of the two it was */
  readonly visit: number
  /** rooms that were left with everything in sight: they are found so again, also when more lies there by then */
  readonly whole: ReadonlySet<ArtifactId>
  readonly direction: 'in' | 'out' | 'across'
  /** chosen child of each room, by reference id */
  readonly selection: ReadonlyMap<ArtifactId, string>
  /** places this surface knows before the core has said them, by room and reference id */
  readonly places: ReadonlyMap<ArtifactId, ReadonlyMap<string, Place>>
  readonly drafts: ReadonlyMap<ArtifactId, string>
  readonly panel: Panel | undefined
  /** what was refused and why, until it has been read */
  readonly notice: string | undefined
  /** the last thing said to those who listen rather than look */
  readonly said: { readonly text: string; readonly count: number }
}

export type Store = StoreApi<State>

export function newStore(): Store {
  return createStore<State>(() => ({
    mirror: emptyMirror(),
    connection: 'opening',
    frames: [],
    visit: 0,
    whole: new Set(),
    direction: 'in',
    selection: new Map(),
    places: new Map(),
    drafts: new Map(),
    panel: undefined,
    notice: undefined,
    said: { text: '', count: 0 },
  }))
}

/** Takes in what happened, all of it in one redraw. */
export function take(store: Store, happenings: readonly Happening[]): void {
  const { mirror } = store.getState()
  const next = happenings.reduce(reflect, mirror)
  if (next !== mirror) store.setState({ mirror: next })
}

export function here(state: State): ArtifactId | undefined {
  return state.frames.at(-1)?.id
}

export function openPanel(store: Store, panel: Panel | undefined): void {
  store.setState({ panel })
}

/** Says something politely, once, to assistive technology. */
export function say(store: Store, text: string): void {
  store.setState(({ said }) => ({ said: { text, count: said.count + 1 } }))
}

export function select(store: Store, room: ArtifactId, refId: string | undefined): void {
  const { selection } = store.getState()
  if (selection.get(room) === refId) return
  const next = new Map(selection)
  if (refId === undefined) next.delete(room)
  else next.set(room, refId)
  store.setState({ selection: next })
}

export function keepDraft(store: Store, storyId: ArtifactId, text: string): void {
  const drafts = new Map(store.getState().drafts)
  if (text === '') drafts.delete(storyId)
  else drafts.set(storyId, text)
  store.setState({ drafts })
}

/** Knows places by itself from now on, or (`undefined`) leaves them to the core again. */
export function keepPlaces(store: Store, room: ArtifactId, places: ReadonlyMap<string, Place | undefined>): void {
  const own = new Map(store.getState().places.get(room))
  for (const [refId, place] of places) {
    if (place) own.set(refId, place)
    else own.delete(refId)
  }
  store.setState({ places: new Map(store.getState().places).set(room, own) })
}
