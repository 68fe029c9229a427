import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { faultSchema, ok } from '../../shared/fault.ts'
import { type Gateway, type GatewayOptions, openGateway } from './gateway.ts'

export const token = 'Zm9yIHRlc3RzIG9ubHk'
const afterwards: (() => unknown)[] = []
afterEach(async () => {
  for (const step of afterwards.splice(0).toReversed()) await step()
})

/** A gateway over a small built page, closed after the test. */
export async function openTested(
  ask: GatewayOptions['ask'] = async (type, args) => ok({ type, args }),
  bytes?: GatewayOptions['bytes'],
  surface?: GatewayOptions['surface'],
): Promise<Gateway> {
  const opened = await openGateway({ token, files: builtRenderer(), ask, bytes, ...(surface ? { surface } : {}) })
  if (!opened.ok) throw new Error(opened.fault.message)
  afterwards.push(opened.value.close)
  return opened.value
}

function builtRenderer(): string {
  const dir = mkdtempSync(join(tmpdir(), 'gateway-'))
  afterwards.push(() => rmSync(dir, { recursive: true }))
  mkdirSync(join(dir, 'renderer', 'assets'), { recursive: true })
  writeFileSync(join(dir, 'secret.txt'), 'outside')
  writeFileSync(join(dir, 'renderer', 'index.html'), '<meta nonce="indra-nonce-goes-here"><title>Indra</title>')
  writeFileSync(join(dir, 'renderer', 'assets', 'app-1a2b.js'), 'document.title')
  return join(dir, 'renderer')
}

/** Done after the test. */
export function closing(step: () => unknown): void {
  afterwards.push(step)
}

type Answer = { bytes: Buffer; status: number; headers: Record<string, string | string[] | undefined>; text: string }

/** One request exactly as given: `fetch` would tidy paths and refuse to forge headers. */
export function send(
  gateway: Gateway,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body: string | Buffer = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port: gateway.port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, bytes })
      })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

export const bearing = { authorization: `Bearer ${token}` }

export function command(
  gateway: Gateway,
  body: string | Buffer,
  headers: OutgoingHttpHeaders = bearing,
): Promise<Answer> {
  return send(gateway, 'POST', '/v1/commands', headers, body)
}

/** Every refusal of the gateway itself has this body. */
export function expectRefusal(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status)
  const body = JSON.parse(answer.text)
  expect(body.ok).toBe(false)
  expect(faultSchema.parse(body.fault).code).toBe(code)
}

/** Writes bytes as they are and gives back what comes until the gateway is done or a whole answer is there. */
export function raw(gateway: Gateway, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = dial(gateway.port, '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.on('data', (bytes) => {
      heard += bytes.toString()
      if (/^HTTP\/1.1 100 |\}$/.test(heard)) socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => resolve(heard))
  })
}
