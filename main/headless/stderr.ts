import type { Fault } from '../../shared/fault.ts'

/** What keeps a command from starting, as one line of JSON; gives the exit code for it. */
export function failed(reason: Fault): number {
  note(JSON.stringify({ ok: false, fault: reason }))
  return 1
}

/** A sentence for whoever looks on; stdout is for programs. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}
