import * as Automerge from '@automerge/automerge'
import { fromHex } from '../crypto/bytes.ts'

/** Bytes of a change chunk put together by hand: whatever its columns say. */
export type Columns = readonly (readonly [specification: number, bytes: readonly number[]])[]

export type Shape = {
  readonly actor: string
  readonly seq?: number
  readonly startOp?: number
  readonly dependencies?: readonly string[]
  readonly chunk?: number
  readonly checksum?: readonly number[]
}

export function craftChange(columns: Columns, shape: Shape): Uint8Array {
  const { actor, seq = 1, startOp = 1, dependencies = [], chunk = 1, checksum = [0, 0, 0, 0] } = shape
  const body = [
    ...unsigned(dependencies.length),
    ...dependencies.flatMap((each) => [...fromHex(each)]),
    ...unsigned(actor.length / 2),
    ...fromHex(actor),
    ...unsigned(seq),
    ...unsigned(startOp),
    0,
    0,
    0,
    ...unsigned(columns.length),
    ...columns.flatMap(([specification, bytes]) => [...unsigned(specification), ...unsigned(bytes.length)]),
  ]
  const length = columns.reduce((sum, [, bytes]) => sum + bytes.length, body.length)
  const head = [0x85, 0x6f, 0x4a, 0x83, ...checksum, chunk, ...unsigned(length)]
  const out = new Uint8Array(head.length + length)
  out.set([...head, ...body])
  let at = head.length + body.length
  for (const [, bytes] of columns) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out
}

/** `count` times the same key set to null. */
export function repeatedSets(count: number, key = 'a', repeats = count): Columns {
  const text = [...unsigned(key.length), ...Array.from(key, (letter) => letter.charCodeAt(0))]
  return [
    [21, [...signed(repeats), ...text]],
    [52, unsigned(count)],
    [66, [...signed(count), ...unsigned(1)]],
    [86, [...signed(count), 0]],
    [112, [...signed(count), 0]],
  ]
}

type Operation = {
  action: string
  obj: string
  key?: string
  pred: string[]
  value?: unknown
  insert?: boolean
  elemId?: string
}

/** A change with any operations, in Automerge’s own encoding. */
export function encodeOperations(
  actor: string,
  ops: readonly Operation[],
  over: { seq?: number; startOp?: number; deps?: string[] } = {},
): Uint8Array {
  const { seq = 1, startOp = 1, deps = [] } = over
  const change = { actor, seq, startOp, deps, time: 0, message: null, author: null, ops }
  return Automerge.encodeChange(change as Parameters<typeof Automerge.encodeChange>[0])
}

export function unsigned(value: number): number[] {
  const out: number[] = []
  let rest = BigInt(value)
  do {
    const byte = Number(rest & 127n)
    rest >>= 7n
    out.push(rest === 0n ? byte : byte | 128)
  } while (rest !== 0n)
  return out
}

export function signed(value: number): number[] {
  const out: number[] = []
  let rest = BigInt(value)
  for (;;) {
    const byte = Number(BigInt.asUintN(7, rest))
    rest >>= 7n
    const isLast = (rest === 0n && (byte & 64) === 0) || (rest === -1n && (byte & 64) !== 0)
    out.push(isLast ? byte : byte | 128)
    if (isLast) return out
  }
}
