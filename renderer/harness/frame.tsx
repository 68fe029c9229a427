import { useCallback, useEffect, useState } from 'react'
import { here, openPanel } from '../store.ts'
import { strings } from '../strings.ts'
import { ChatRail, type RailSize } from './chat-rail.tsx'
import { useHeld, useSession } from './context.ts'
import { actionOf, perform } from './keys.ts'
import { LiveRegion } from './live-region.tsx'
import { MePill } from './me-pill.tsx'
import { Notice } from './notice.tsx'
import { Panels } from './panels.tsx'
import { Presence } from './presence.tsx'
import { Stage } from './stage.tsx'
import { StatusLine } from './status-line.tsx'
import { ToolPill } from './tool-pill.tsx'
import { TopPill } from './top-pill.tsx'
import { roomName } from './travel.ts'

/** The fixed frame around whatever room one is in. */
export function Frame() {
  const [rail, setRail] = useRailSize()
  useKeys(rail, setRail)
  useTitle()
  return (
    <>
      <header>
        <MePill />
        <TopPill />
        <Presence />
      </header>
      <Stage />
      <StatusLine />
      <ChatRail size={rail} onSize={setRail} />
      <ToolPill />
      <Panels />
      <Notice />
      <LiveRegion />
    </>
  )
}

/** The rail is small again wherever one arrives. */
function useRailSize(): [RailSize, (size: RailSize) => void] {
  const visit = useHeld((state) => state.visit)
  const [held, hold] = useState<{ readonly visit: number; readonly size: RailSize }>({ visit, size: 'nano' })
  const setSize = useCallback((size: RailSize) => hold({ visit, size }), [visit])
  return [held.visit === visit ? held.size : 'nano', setSize]
}

/** Keys mean the room, except where someone is writing, choosing from a menu, or answering a dialog. */
function useKeys(rail: RailSize, setRail: (size: RailSize) => void): void {
  const session = useSession()
  const isOver = useHeld((state) => state.panel !== undefined)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      if (isOver) {
        // A dialog closes by itself while the focus is in it; this is for when it was lost.
        if (event.key === 'Escape') openPanel(session.store, undefined)
        return
      }
      const action = actionOf(event)
      if (!action || isElsewhere(event, action.act)) return
      event.preventDefault()
      session.motion.stop()
      if (action.act === 'out' && rail !== 'nano') setRail('nano')
      else perform(session, action, () => setRail(rail === 'nano' ? 'micro' : 'nano'))
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [session, isOver, rail, setRail])
}

function isElsewhere(event: KeyboardEvent, act: string): boolean {
  const target = event.target instanceof Element ? event.target : document.body
  if (target.closest('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true
  if (target.closest('input, textarea, [contenteditable]')) return act !== 'out'
  // A button presses itself with Enter; the list of messages has its own arrows.
  if (act === 'in') return target.closest('button, a') !== null
  return (
    (act === 'choose' || act === 'move' || act === 'home') && target.closest('[role="feed"], [role="toolbar"]') !== null
  )
}

/** The window is called after the room, with what waits unseen in the Vault before it. */
function useTitle(): void {
  const title = useHeld((state) => {
    const root = state.mirror.rootId ? state.mirror.rooms.get(state.mirror.rootId) : undefined
    const unseen = [...(root?.items.values() ?? [])].reduce((sum, child) => sum + child.unread, 0)
    const room = here(state)
    return strings.frame.title(room ? roomName(state.mirror, room) : '', unseen)
  })
  useEffect(() => {
    document.title = title
  }, [title])
}
