import { type Args, type CommandType, commands, type Value } from '../shared/contract.ts'
import type { FaultCode } from '../shared/fault.ts'
import { type Host, indra } from './host.ts'

const done = new Set<string>()
const refused = new Set<string>()

/** Asks over the gateway; what comes back is of the contract's shape. Counts as the row's case. */
export async function can<T extends CommandType>(host: Host, type: T, args: Args<T>): Promise<Value<T>> {
  const value = await host.must(type, args)
  commands[type].out.parse(value)
  done.add(type)
  return value
}

/** The same by the command line, as anyone's script would ask. */
export async function calls<T extends CommandType>(host: Host, type: T, args: Args<T>): Promise<Value<T>> {
  const { code, out } = await indra('call', '--data', host.data, type, JSON.stringify(args))
  if (code !== 0) throw new Error(`${type}: ${out}`)
  const value = commands[type].out.parse(JSON.parse(out))
  done.add(type)
  return value as Value<T>
}

/** The fault a typical wrong question is answered with. */
export async function cannot<T extends CommandType>(host: Host, type: T, args: Args<T>): Promise<FaultCode | 'none'> {
  const result = await host.ask(type, args)
  if (!result.ok) refused.add(type)
  return result.ok ? 'none' : result.fault.code
}

/** Rows of the contract that nothing here has asked. */
export function neverAsked(): string[] {
  return Object.keys(commands).filter((type) => !done.has(type))
}

/** Rows that were never refused, but for those that have no reason to be. */
export function neverRefused(trusting: readonly CommandType[]): string[] {
  return Object.keys(commands).filter((type) => !refused.has(type) && !trusting.includes(type as CommandType))
}
