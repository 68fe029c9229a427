import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Access } from '../../shared/commands/row.ts'
import { commands } from '../../shared/contract.ts'
import { ok } from '../../shared/fault.ts'
import { mailbox } from '../../shared/port.ts'
import { type Asked, attach } from './door.ts'

const id = `doc:${'a'.repeat(64)}`

function open(access: Access = 'owner') {
  const inbox = mailbox()
  const told: unknown[] = []
  const asked: Asked[] = []
  const port = {
    send: (message: unknown) => void told.push(message),
    onMessage: inbox.onMessage,
    onClose: inbox.onClose,
    close: inbox.close,
  }
  const door = attach(port, 4, access, (ask) => asked.push(ask))
  return { door, told, asked, say: inbox.deliver }
}

/** What a door answers to one message; it must hand nothing on. */
function refusal(message: unknown, access: Access = 'owner') {
  const { told, asked, say } = open(access)
  say(message)
  expect(asked).toEqual([])
  expect(told).toHaveLength(1)
  return told[0] as { answer: number; result: { ok: false; fault: { code: string; message: string } } }
}

function faultOf(type: string, args: unknown, access: Access = 'owner') {
  const told = refusal({ call: 0, type, args }, access)
  expect(told.result.ok).toBe(false)
  return told.result.fault
}

it('CLIENT-1 hands on what is known, allowed and well formed, with its client and call', () => {
  const { asked, told, say } = open()
  say({ call: 3, type: 'artifact.get', args: { id } })
  expect(asked).toEqual([{ client: 4, call: 3, command: 'artifact.get', args: { id } }])
  expect(told).toEqual([])
})

it('CLIENT-2 answers under the number of the call, each once', () => {
  const { door, told, say } = open()
  say({ call: 3, type: 'vault.root', args: {} })
  door.answer(3, ok({ id }))
  door.answer(3, ok({ id }))
  door.answer(9, ok({ id }))
  expect(told).toEqual([{ answer: 3, result: ok({ id }) }])
})

it('CLIENT-3 pushes events', () => {
  const { door, told } = open()
  door.push({ type: 'online', online: true })
  expect(told).toEqual([{ event: { type: 'online', online: true } }])
})

it('CLIENT-4 refuses a command that there is not, also under the name of something every object has', () => {
  for (const type of ['artifact.destroy', '', 'constructor', '__proto__', 'toString']) {
    expect(faultOf(type, {}).code).toBe('UnknownCommand')
  }
})

it('CLIENT-5 refuses an agent what only the owner may, and every such command', () => {
  for (const [type, row] of Object.entries(commands)) {
    if (row.access === 'owner') expect(faultOf(type, {}, 'any').code).toBe('Unauthorized')
  }
  const { asked, say } = open('any')
  say({ call: 0, type: 'vault.root', args: {} })
  expect(asked).toHaveLength(1)
})

it('CLIENT-6 names the argument that is wrong and never repeats it at length', () => {
  const wrong = faultOf('artifact.get', { id: 'doc:short' })
  expect(wrong.code).toBe('InvalidArguments')
  expect(wrong.message).toContain('args.id')
  expect(faultOf('artifact.place', { treeId: id, childId: id, x: 'left', y: 0 }).message).toContain('args.x')
  const long = faultOf('artifact.get', { id, ['k'.repeat(5_000)]: 1 })
  expect(long.code).toBe('InvalidArguments')
  expect(long.message.length).toBeLessThan(300)
})

it('CLIENT-7 repeats nothing that could turn or hide text', () => {
  const { message } = faultOf('artifact.get', { id, 'a\u202Eb\u0007\u001B[2J': 1 })
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(faultOf('a\u202Eb', {}).message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

it('CLIENT-8 refuses half characters anywhere in the arguments', () => {
  for (const args of [
    { text: 'a\uD800' },
    { list: ['\uDC00'] },
    { '\uD83D': 1 },
    { deep: { deeper: '\uDE00\uD83D' } },
  ]) {
    expect(faultOf('story.send', args).message).toContain('Unicode')
  }
  const { asked, say } = open()
  say({ call: 0, type: 'story.send', args: { storyId: id, text: '😀' } })
  expect(asked).toHaveLength(1)
})

it('CLIENT-9 refuses what is nested or divided without measure, before looking closer', () => {
  let deep: unknown = 1
  for (let n = 0; n < 200_000; n++) deep = [deep]
  expect(faultOf('artifact.get', { id: deep }).message).toContain('deeper')
  expect(faultOf('artifact.get', new Array(200_000).fill(0)).message).toContain('parts')
  const round: Record<string, unknown> = {}
  round['round'] = round
  expect(faultOf('artifact.get', round).code).toBe('InvalidArguments')
})

it('CLIENT-10 refuses values that are not plain JSON', () => {
  for (const args of [new Map(), new Date(), new Uint8Array(3), { id: new Set([1]) }]) {
    expect(faultOf('vault.root', args).code).toBe('InvalidArguments')
  }
})

it('CLIENT-11 takes at most 1,000 open calls and goes on when some are answered', () => {
  const { door, asked, told, say } = open()
  for (let call = 0; call <= 1_000; call++) say({ call, type: 'vault.root', args: {} })
  expect(asked).toHaveLength(1_000)
  expect(told).toMatchObject([{ answer: 1_000, result: { ok: false, fault: { code: 'RateLimited' } } }])
  door.answer(5, ok({}))
  say({ call: 1_001, type: 'vault.root', args: {} })
  expect(asked).toHaveLength(1_001)
})

it('CLIENT-12 refuses a number that is still open, and keeps the first', () => {
  const { door, asked, told, say } = open()
  say({ call: 1, type: 'vault.root', args: {} })
  say({ call: 1, type: 'peer.list', args: {} })
  expect(asked).toHaveLength(1)
  door.answer(1, ok({ id }))
  expect(told).toMatchObject([
    { answer: 1, result: { ok: false } },
    { answer: 1, result: { ok: true } },
  ])
})

it('CLIENT-13 drops what cannot be answered', () => {
  const { asked, told, say } = open()
  for (const message of [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { call: -1 },
    { call: 1.5 },
    { call: '1' },
    { type: 'vault.root' },
  ]) {
    say(message)
  }
  expect(asked).toEqual([])
  expect(told).toEqual([])
})

it('CLIENT-14 refuses fields that are not asked for, and ones that are missing', () => {
  expect(refusal({ call: 0, type: 'vault.root', args: {}, more: 1 }).result.fault.code).toBe('InvalidArguments')
  expect(refusal({ call: 0, type: 'vault.root' }).result.fault.code).toBe('InvalidArguments')
  expect(refusal({ call: 0, type: 7, args: {} }).result.fault.code).toBe('InvalidArguments')
  expect(faultOf('vault.root', { extra: true }).code).toBe('InvalidArguments')
})

it('CLIENT-15 hands on nothing that the contract’s schema would not make of it, whatever is said', () => {
  const names = fc.oneof(fc.constantFrom(...Object.keys(commands)), fc.string())
  fc.assert(
    fc.property(names, fc.anything({ withNullPrototype: true }), (type, args) => {
      const { asked, told, say } = open()
      say({ call: 0, type, args })
      expect(asked.length + told.length).toBe(1)
      for (const ask of asked) expect(commands[ask.command].in.parse(ask.args)).toEqual(ask.args)
    }),
    { numRuns: 300 },
  )
})
