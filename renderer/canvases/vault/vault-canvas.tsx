import { useEffect, useMemo, useRef, useState } from 'react'
import type { ChildView } from '../../../shared/views.ts'
import type { CanvasProps } from '../../canvas.ts'
import { heatStep } from '../../heat.ts'
import type { Mirror } from '../../mirror.ts'
import { nameOf } from '../../people.ts'
import { plainName } from '../../plain.ts'
import { shownArea, type View } from '../../scene/camera.ts'
import { levelOf } from '../../scene/level.ts'
import { readingOrder } from '../../scene/neighbour.ts'
import { nearest, type Spot } from '../../scene/visibility.ts'
import { strings } from '../../strings.ts'
import { Card } from './card.tsx'
import { CardMenu, type MenuAt } from './card-menu.tsx'
import { Quiet } from './quiet.tsx'
import { Underlay } from './underlay.tsx'
import { useHands } from './use-hands.ts'
import { useLayer } from './use-layer.ts'
import styles from './vault-canvas.module.css'

/** So many cards are alive at once; what else is in sight is drawn flat underneath. */
const mostLive = 300
/** From so far away that all are marks, so many are enough to go on from. */
const mostInOverview = 60
/** More than so many are drawn more plainly. */
const crowd = 60
/** Cards this much of the window beyond its edges are kept ready. */
const margin = 0.3

/** A field: what lies in a room lies where it was put. */
export function VaultCanvas(props: CanvasProps) {
  const { id, name, field, chosen, useMirror, stage, go, isRoom } = props
  const room = useMirror((mirror) => mirror.rooms.get(id))
  const me = useMirror((mirror) => mirror.identity?.playerId)
  const caller = useMirror(onlyCaller)
  const layer = useRef<HTMLDivElement>(null)
  const [menu, setMenu] = useState<MenuAt>()
  const view = useLayer(stage, layer)
  const { live, flat } = useMemo(() => inSight(field, view, stage.size()), [field, view, stage])
  const names = useHere(props, live)
  const hands = useHands(props, layer, setMenu)
  const order = useMemo(() => new Map(readingOrder(field.spots).map((spot, index) => [spot.id, index + 1])), [field])
  const reachable = chosen !== undefined && order.has(chosen) ? chosen : readingOrder(live)[0]?.id
  const hasFocus = useFocusHere(layer)
  const near = inSteps(1 / view.k)
  const breathing = useMemo(() => hottest(live, room?.items), [live, room])
  return (
    <div className={styles['field']} {...hands}>
      <div
        ref={layer}
        className={styles['layer']}
        role="tree"
        aria-label={strings.vault.around(name)}
        data-crowd={live.length > crowd}
      >
        <Underlay spots={flat} items={room?.items} view={view} size={stage.size()} />
        {live.map((spot) => {
          const child = room?.items.get(spot.id)
          if (!child) return null
          return (
            <Card
              key={spot.id}
              child={child}
              box={spot.box}
              level={levelOf(spot.box.w, view.k)}
              near={levelOf(spot.box.w, view.k) === 'near' ? 1 : near}
              isChosen={spot.id === chosen}
              isBreathing={breathing.has(spot.id)}
              isReachable={spot.id === reachable}
              takesFocus={isRoom && spot.id === chosen && hasFocus()}
              caller={child.type === 'inbox' ? caller : ''}
              me={me}
              here={names.get(spot.id) ?? ''}
              index={order.get(spot.id) ?? 1}
              total={room?.total ?? field.spots.length}
            />
          )
        })}
      </div>
      <Quiet {...props} />
      {menu ? (
        <CardMenu
          at={menu}
          treeId={id}
          child={room?.items.get(menu.refId)}
          go={go}
          onClose={() => setMenu(undefined)}
        />
      ) : null}
    </div>
  )
}

/** The few hottest things in sight, if they are as hot as can be: those that move each cost a layer. */
function hottest(
  live: readonly Spot<string>[],
  items: ReadonlyMap<string, ChildView> | undefined,
): ReadonlySet<string> {
  const heat = (spot: Spot<string>) => items?.get(spot.id)?.heat ?? 0
  const hot = live.filter((spot) => heatStep(heat(spot)) === 5).sort((a, b) => heat(b) - heat(a))
  return new Set(hot.slice(0, 3).map((spot) => spot.id))
}

function inSight(field: CanvasProps['field'], view: View, size: { w: number; h: number }) {
  const around = field.index.within(shownArea(view, size, margin))
  const isOverview = around.length > mostLive && around.every((spot) => levelOf(spot.box.w, view.k) === 'dot')
  return nearest(around, view, isOverview ? mostInOverview : mostLive)
}

/** In steps of a tenth, so that a change of scale that nobody sees restyles nothing. */
function inSteps(factor: number): number {
  return Number((1.1 ** Math.round(Math.log(factor) / Math.log(1.1))).toPrecision(3))
}

/** The name of the one person who wrote and waits for an answer; nothing for none or several. */
function onlyCaller(mirror: Mirror): string {
  const waiting = [...mirror.peers.values()].filter((peer) => peer.status === 'pending' && peer.direction === 'in')
  return waiting.length === 1 ? plainName(waiting[0]?.name ?? '') : ''
}

/** Who is in what, by name, for those who listen. */
function useHere({ id, useMirror }: CanvasProps, live: readonly Spot<string>[]): ReadonlyMap<string, string> {
  const room = useMirror((mirror) => mirror.rooms.get(id))
  const peers = useMirror((mirror) => mirror.peers)
  const identity = useMirror((mirror) => mirror.identity)
  const known = useMirror((mirror) => mirror.names)
  return useMemo(() => {
    const names = new Map<string, string>()
    for (const spot of live) {
      const here = (room?.items.get(spot.id)?.here ?? []).filter((player) => player !== identity?.playerId)
      if (here.length > 0)
        names.set(spot.id, here.map((player) => nameOf({ identity, peers, names: known }, player)).join('\n'))
    }
    return names
  }, [live, room, peers, identity, known])
}

/** Whether keys are meant for this room: something in it has the focus, or nothing has. */
function useFocusHere(layer: React.RefObject<HTMLDivElement | null>): () => boolean {
  const check = useRef(() => {
    const active = document.activeElement
    return active === null || active === document.body || (layer.current?.contains(active) ?? false)
  })
  useEffect(() => {
    // A room that is entered by pointer or key begins with nothing in focus.
    if (document.activeElement instanceof HTMLElement && !document.activeElement.isConnected)
      document.activeElement.blur()
  }, [])
  return check.current
}
