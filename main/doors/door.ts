import type { z } from 'zod'
import type { Access } from '../../shared/commands/row.ts'
import { type CommandType, commands, type PushEvent } from '../../shared/contract.ts'
import { type Result, refuse } from '../../shared/fault.ts'
import type { Port } from '../../shared/port.ts'
import { ask, type Told } from '../../shared/rpc.ts'
import { flaw } from './plain.ts'

/** A question that passed the door: `args` is what the command's own schema made of what was sent. */
export type Asked = {
  readonly client: number
  readonly call: number
  readonly command: CommandType
  readonly args: unknown
}

/** One client's way in. What it asked is answered under the number it gave; events go to it until it closes. */
export type Door = {
  answer(call: number, result: Result<unknown>): void
  push(event: PushEvent): void
  close(): void
}

/** Calls one client may have open; more are `RateLimited`. */
const MOST_OPEN = 1_000

/**
 * Opens a door for `client` on its end of a pipe in the core's process. Nothing is handed to `asked` that is not a known
 * command, allowed to this client (`owner` may ask everything, `any` only what agents may) and of the contract's shape;
 * everything else is answered here: `InvalidArguments`, `UnknownCommand`, `Unauthorized`, `RateLimited`. A message that
 * has not even a call number cannot be answered and is dropped.
 */
export function attach(port: Port, client: number, access: Access, asked: (ask: Asked) => void): Door {
  const open = new Set<number>()

  function tell(message: Told): void {
    port.send(message)
  }

  function answer(call: number, result: Result<unknown>): void {
    if (open.delete(call)) tell({ answer: call, result })
  }

  port.onMessage((message) => {
    const call = callOf(message)
    if (call === undefined) return
    if (open.has(call)) return tell({ answer: call, result: refuse('InvalidArguments', `Call ${call} is still open.`) })
    const checked = open.size < MOST_OPEN ? check(message, access) : refuse('RateLimited')
    if (!checked.ok) return tell({ answer: call, result: checked })
    open.add(call)
    asked({ client, call, ...checked.value })
  })
  port.onClose(() => open.clear())

  return { answer, push: (event) => tell({ event }), close: () => port.close() }
}

type Checked = { readonly command: CommandType; readonly args: unknown }

function check(message: unknown, access: Access): Result<Checked> {
  const problem = flaw(message)
  if (problem) return refuse('InvalidArguments', problem)
  const shape = ask.safeParse(message)
  if (!shape.success) return refuse('InvalidArguments', firstIssue(shape.error, ''))
  const command = shape.data.type
  if (!isCommand(command)) return refuse('UnknownCommand', `${tidy(command)}:`)
  const row = commands[command]
  if (row.access === 'owner' && access !== 'owner') return refuse('Unauthorized', `${command}:`)
  const args = row.in.safeParse(shape.data.args)
  if (!args.success) return refuse('InvalidArguments', firstIssue(args.error, 'args'))
  return { ok: true, value: { command, args: args.data } }
}

function isCommand(name: string): name is CommandType {
  return Object.hasOwn(commands, name)
}

function callOf(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('call' in message)) return undefined
  const { call } = message
  return typeof call === 'number' && Number.isSafeInteger(call) && call >= 0 ? call : undefined
}

function firstIssue(error: z.ZodError, root: string): string {
  const issue = error.issues[0]
  const path = [root, ...(issue?.path.map(String) ?? [])].filter((part) => part !== '').join('.')
  return `${tidy(`${path || 'message'}: ${issue?.message ?? 'not understood'}`)}.`
}

/** What others wrote is repeated to them only short, and without what could steer a terminal or a line of text. */
function tidy(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '\u{FFFD}')
    .concat(text.length > 200 ? '…' : '')
}
