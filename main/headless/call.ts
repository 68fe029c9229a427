import { z } from 'zod'
import { faultSchema, type Result, refuse } from '../../shared/fault.ts'
import type { CallArguments } from './arguments.ts'
import { readDescriptor } from './descriptor.ts'

const answer = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), fault: faultSchema }),
])

/** `indra call`: one line of JSON on stdout, the value or `{"ok":false,"fault":…}`; gives the exit code. */
export async function call(args: CallArguments): Promise<number> {
  const result = await ask(args)
  process.stdout.write(`${JSON.stringify(result.ok ? (result.value ?? null) : result)}\n`)
  return result.ok ? 0 : 1
}

export async function ask({ data, type, json }: CallArguments): Promise<Result<unknown>> {
  const args = parse(json)
  if (args === undefined) return refuse('InvalidArguments', 'The arguments are not JSON.')
  const host = readDescriptor(data)
  if (!host) return noHost(`No host serves ${data}: start one with indra serve --data ${data}.`)
  try {
    const response = await fetch(new URL('v1/commands', host.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ type, args }),
    })
    const result = answer.parse(await response.json())
    return response.status === 401 ? gone(data) : result
  } catch {
    return gone(data)
  }
}

/** Another program may have taken the port since: whatever does not answer like this host is not it. */
function gone(data: string): Result<unknown> {
  return noHost(`The host that served ${data} has ended: start it again with indra serve --data ${data}.`)
}

function noHost(message: string): Result<unknown> {
  return { ok: false, fault: { code: 'StoreFailed', message } }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
