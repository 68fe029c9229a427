import type { Args } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import type { SettingsView } from '../../../shared/people-views.ts'
import { recall, remember } from '../logs/private-notes.ts'
import type { Turn } from '../state.ts'

const defaults: SettingsView = { door: true, readMarks: false, presence: true }

/** Switches are private notes: they hold on all of one's devices and are told to nobody. */
export function settingsOf(turn: Turn): SettingsView {
  const is = (name: keyof SettingsView) => recall(turn, undefined, `setting:${name}`)?.[0] ?? Number(defaults[name])
  return { door: is('door') === 1, readMarks: is('readMarks') === 1, presence: is('presence') === 1 }
}

export function set(turn: Turn, args: Args<'settings.set'>): Result<Record<string, never>> {
  for (const [name, isOn] of Object.entries(args)) {
    if (isOn !== undefined) remember(turn, undefined, `setting:${name}`, new Uint8Array([Number(isOn)]))
  }
  turn.due.seek ||= args.door !== undefined
  turn.due.presence ||= args.presence !== undefined
  return ok({})
}
