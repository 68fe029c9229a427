import type { ServerResponse } from 'node:http'
import { type FaultCode, type Result, refuse } from '../../shared/fault.ts'

/** What a request is refused with before any command is dispatched. */
export type Refusal = {
  readonly status: number
  readonly code: FaultCode
  readonly detail: string
  readonly headers?: Record<string, string>
}

/** On every answer of the gateway, pages included. */
export const everyAnswer = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const

export const jsonHeaders = {
  ...everyAnswer,
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
} as const

/** The body of an answer: always `{ok, …}`. */
export function body(result: Result<unknown>): string {
  return JSON.stringify(result)
}

export function reject(response: ServerResponse, refusal: Refusal): void {
  const text = body(refuse(refusal.code, refusal.detail))
  response.writeHead(refusal.status, { ...jsonHeaders, ...refusal.headers, 'content-length': Buffer.byteLength(text) })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}
