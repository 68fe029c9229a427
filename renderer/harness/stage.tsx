import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import type { Go, Stage as StageHandle } from '../canvas.ts'
import { fieldOf, isRound, noPlaces } from '../field.ts'
import { toScreen } from '../scene/camera.ts'
import type { Point } from '../scene/geometry.ts'
import { keepDraft, type State } from '../store.ts'
import { Backdrop, type Behind, type Shadow } from './backdrop.tsx'
import { useHeld, useSession } from './context.ts'
import { followGestures } from './gestures.ts'
import { newGo } from './go.ts'
import { lens } from './lens.ts'
import { useMirror } from './mirror-hook.ts'
import type { Session } from './session.ts'
import styles from './stage.module.css'
import { roomName, typeOf } from './travel.ts'

type Visit = {
  readonly visit: number
  readonly id: ArtifactId
  readonly direction: State['direction']
  readonly isLeaving: boolean
}

/** Where one is: the room, what lies behind it, and for a moment the room one has just left. */
export function Stage() {
  const session = useSession()
  const element = useRef<HTMLDivElement>(null)
  const visits = useVisits()
  const behind = useBehind()
  useEffect(() => (element.current ? followGestures(element.current, session) : undefined), [session])
  return (
    <main ref={element} className={styles['stage']} aria-label={useHeld(currentName)}>
      <Backdrop behind={behind} />
      {visits.map((each) => (
        <Room key={each.visit} {...each} origin={each.direction === 'in' ? behind?.origin : undefined} />
      ))}
    </main>
  )
}

function currentName(state: State): string {
  const id = state.frames.at(-1)?.id
  return id ? roomName(state.mirror, id) : ''
}

/** How long a room that was left is still seen going. */
const going = 240

/** The current visit, and the one before while it fades. */
function useVisits(): Visit[] {
  const visit = useHeld((state) => state.visit)
  const id = useHeld((state) => state.frames.at(-1)?.id)
  const direction = useHeld((state) => state.direction)
  const [before, setBefore] = useState<Visit>()
  const last = useRef<Visit>(undefined)
  useLayoutEffect(() => {
    const left = last.current
    if (id) last.current = { visit, id, direction, isLeaving: false }
    if (!left || left.visit === visit) return
    setBefore({ ...left, direction, isLeaving: true })
    const timer = setTimeout(() => setBefore(undefined), going)
    return () => clearTimeout(timer)
  }, [visit, id, direction])
  if (!id) return []
  const now = { visit, id, direction, isLeaving: false }
  return before && before.visit !== visit ? [before, now] : [now]
}

/** Going into something pushes what lay around it outwards, by this much. */
const spread = 1.4
/** What one reads stands clear of what lies behind it: half as wide as this, in pixels. */
const readingWidth = 700

/** The cards of the room one came from, as they recede around what was entered. */
function useBehind(): Behind | undefined {
  const { motion } = useSession()
  const parent = useHeld((state) => state.frames.at(-2))
  const entered = useHeld((state) => state.frames.at(-1))
  const room = useHeld((state) => (parent ? state.mirror.rooms.get(parent.id) : undefined))
  const isPage = useHeld(
    (state) => lens(typeOf(state, state.frames.at(-1)?.id ?? ('' as ArtifactId))).surface === 'page',
  )
  return useMemo(() => {
    if (!parent || !entered) return undefined
    const size = motion.size()
    const origin = toScreen(parent.view, size, entered.box)
    const around = fieldOf(room, noPlaces).spots.filter((spot) => room?.items.get(spot.id)?.id !== entered.id)
    const shadows = around.slice(0, mostShadows).map((spot) => {
      const at = toScreen(parent.view, size, spot.box)
      return {
        id: spot.id,
        x: origin.x + (at.x - origin.x) * spread,
        y: origin.y + (at.y - origin.y) * spread,
        w: spot.box.w * parent.view.k * 1.1,
        h: spot.box.h * parent.view.k * 1.1,
        isRound: isRound(room?.items.get(spot.id)?.type ?? ''),
      }
    })
    const isClear = (shadow: Shadow) => !isPage || Math.abs(shadow.x - size.w / 2) > readingWidth / 2
    return { id: entered.id, shadows: shadows.filter(isClear), origin }
  }, [parent, entered, room, isPage, motion])
}

const mostShadows = 60

function Room({ visit, id, direction, isLeaving, origin }: Visit & { readonly origin: Point | undefined }) {
  const session = useSession()
  const wrapper = useRef<HTMLDivElement>(null)
  const type = useHeld((state) => typeOf(state, id))
  const { component: Canvas, surface } = lens(type)
  const stage = useMemo(() => handle(session, visit), [session, visit])
  const go = useMemo<Go>(() => newGo(session, id), [session, id])
  const field = useHeld((state) => fieldOf(state.mirror.rooms.get(id), state.places.get(id) ?? noPlaces))
  const chosen = useHeld((state) => state.selection.get(id))
  const name = useHeld((state) => roomName(state.mirror, id))
  const text = useHeld((state) => state.drafts.get(id) ?? '')
  const keep = useCallback((next: string) => keepDraft(session.store, id, next), [session, id])
  const draft = useMemo(() => ({ text, keep }), [text, keep])
  useEffect(() => (surface === 'page' ? movePage(stage, wrapper.current) : undefined), [stage, surface])
  return (
    <div
      ref={wrapper}
      className={styles['room']}
      data-state={isLeaving ? 'leaving' : 'here'}
      data-direction={direction}
      aria-hidden={isLeaving || undefined}
      inert={isLeaving}
      style={isLeaving && origin ? { transformOrigin: `${origin.x}px ${origin.y}px` } : undefined}
    >
      <Canvas
        id={id}
        name={name}
        useMirror={useMirror}
        ask={session.ask}
        go={go}
        stage={stage}
        draft={draft}
        field={field}
        chosen={chosen}
        isRoom
      />
    </div>
  )
}

/** The camera as one visit sees it: it stands still once another room is entered. */
function handle({ motion, store }: Session, visit: number): StageHandle {
  const isCurrent = () => store.getState().visit === visit
  let last = motion.view()
  return {
    view() {
      if (isCurrent()) last = motion.view()
      return last
    },
    size: motion.size,
    listen: (listener) =>
      motion.listen((view, isMoving) => {
        if (!isCurrent()) return
        last = view
        listener(view, isMoving)
      }),
  }
}

/** A page moves as one sheet under the camera and lies still and sharp at home. */
function movePage(stage: StageHandle, element: HTMLElement | null): (() => void) | undefined {
  if (!element) return undefined
  const put = () => {
    const { x, y, k } = stage.view()
    const isHome = k === 1 && x === 0 && y === 0
    element.style.transform = isHome ? '' : `translate(${-x * k}px, ${-y * k}px) scale(${k})`
  }
  put()
  return stage.listen(put)
}
