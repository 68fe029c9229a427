import type { ArtifactId } from '../../shared/ids.ts'
import type { Go } from '../canvas.ts'
import { fieldOf, noPlaces } from '../field.ts'
import { keepPlaces, openPanel, say, select } from '../store.ts'
import { storePlace } from './rooms-followed.ts'
import type { Session } from './session.ts'
import { goHome, goIn, goTo } from './travel.ts'

/** What the canvas of one room may ask of the frame. */
export function newGo(session: Session, room: ArtifactId): Go {
  const { store } = session
  return {
    enter: (refId) => goIn(session, refId),
    to: (id) => goToAny(session, id),
    home: () => goHome(session),
    choose: (refId) => select(store, room, refId),
    place: (refId, x, y) => placeAt(session, room, refId, x, y),
    open: (panel) => openPanel(store, panel),
    say: (text) => say(store, text),
    warn: (text) => store.setState({ notice: text }),
    letters: () => void session.read.letters(),
    older: (id, before) => session.read.older(id, before),
    refresh: (id) => void (id === store.getState().mirror.rootId ? session.read.basics() : session.read.room(id)),
  }
}

/** A room by its id: a child of where one is or of the Vault, else from the Vault as if it lay there. */
export function goToAny(session: Session, id: ArtifactId): void {
  const { mirror, frames } = session.store.getState()
  const at = frames.findIndex((frame) => frame.id === id)
  const way = frames.map((frame) => frame.id)
  if (at >= 0) {
    goTo(session, way.slice(0, at + 1))
    return
  }
  const here = way.at(-1)
  const isHere = here && [...(mirror.rooms.get(here)?.items.values() ?? [])].some((child) => child.id === id)
  if (isHere) goTo(session, [...way, id])
  else if (mirror.rootId) goTo(session, [mirror.rootId, id])
}

function placeAt(session: Session, room: ArtifactId, refId: string, x: number, y: number): void {
  const state = session.store.getState()
  const spot = fieldOf(state.mirror.rooms.get(room), state.places.get(room) ?? noPlaces).spots.find(
    (each) => each.id === refId,
  )
  if (!spot) return
  const place = { ...spot.box, x: Math.round(x), y: Math.round(y) }
  keepPlaces(session.store, room, new Map([[refId, place]]))
  void storePlace(session, room, refId, place)
}
