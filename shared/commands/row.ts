import { z } from 'zod'

/** Who may ask: `owner` = a surface the owner opened (window, bearer of the host's token); `any` = agents too. */
export type Access = 'owner' | 'any'

type Row<In extends z.ZodType, Out extends z.ZodType> = { readonly access: Access; readonly in: In; readonly out: Out }

export function row<In extends z.ZodType, Out extends z.ZodType>(access: Access, input: In, output: Out): Row<In, Out> {
  return { access, in: input, out: output }
}

export const none = z.strictObject({})
export const done = z.strictObject({})
export const millis = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const count = z.number().int().min(0).max(1_000)
/** Names are shown to people: up to 1,024 UTF-8 bytes (checked by the core), no control or bidi-override characters. */
export const name = z.string().min(1).max(1_024)
export const text = z.string().min(1).max(65_536)
export const code = z.string().max(8_192)
