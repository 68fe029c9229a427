import { syncStatus } from '../people-views.ts'
import { none, row } from './row.ts'

export const syncCommands = {
  'sync.status': row('any', none, syncStatus),
} as const
