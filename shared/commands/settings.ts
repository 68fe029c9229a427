import { settingsView } from '../people-views.ts'
import { done, none, row } from './row.ts'

export const settingsCommands = {
  'settings.get': row('any', none, settingsView),
  /** what is not named stays as it is */
  'settings.set': row('owner', settingsView.partial().strict(), done),
} as const
