import { createContext, use } from 'react'
import { useStore } from 'zustand'
import type { State } from '../store.ts'
import type { Session } from './session.ts'

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('used outside a session')
  return session
}

/** Reads the store and redraws when what was read changes. */
export function useHeld<T>(select: (state: State) => T): T {
  return useStore(useSession().store, select)
}
