import { useEffect, useRef } from 'react'
import type { ArtifactId, PlayerId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import type { CanvasProps } from '../../canvas.ts'

/** A glance is not reading: so long the newest message has to be in sight, in milliseconds. */
const glance = 300

/** Tells the core up to where this person has read: when the newest message is in sight of a window they look at. */
export function useReading(
  id: ArtifactId,
  ask: CanvasProps['ask'],
  newest: EntryView | undefined,
  isInSight: boolean,
  me: PlayerId | undefined,
): void {
  const told = useRef<string>(undefined)
  useEffect(() => {
    if (!newest || !isInSight || newest.author === me || told.current === newest.entryId) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      if (document.visibilityState !== 'visible' || !document.hasFocus()) return
      timer = setTimeout(() => {
        told.current = newest.entryId
        void ask('story.markRead', { storyId: id, entryId: newest.entryId })
      }, glance)
    }
    look()
    window.addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [id, ask, newest, isInSight, me])
}
