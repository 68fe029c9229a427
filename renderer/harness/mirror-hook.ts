import type { Mirror } from '../mirror.ts'
import { useHeld } from './context.ts'

/** Reads the mirror alone: what canvases are given. */
export function useMirror<T>(select: (mirror: Mirror) => T): T {
  return useHeld((state) => select(state.mirror))
}
