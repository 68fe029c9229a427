import type { Patch } from '@automerge/automerge'
import type { Engine } from './live-document.ts'
import { markText, spliceText } from './text-edit.ts'
import { marker, textObject } from './text-shape.ts'

const patchesTogether = 500

/**
 * Makes one text equal to another that was equal to it before the patches. Typing is repeated as it was done; whatever
 * else it was, or without patches, what differs is found and put right.
 */
export function follow(target: Engine, source: Engine, patches: readonly Patch[] | undefined, next: () => void): void {
  if (patches?.every(isTyping)) {
    for (const [index, patch] of patches.entries()) {
      repeat(target, patch, next)
      if (index % patchesTogether === patchesTogether - 1) next()
    }
  }
  if (!isSame(target, source)) {
    next()
    reconcile(target, source, next)
  }
  next()
}

function isTyping({ path, action }: Patch): boolean {
  const isFlat = path[0] === 'text' && path.length <= 2
  return isFlat && (action === 'splice' || action === 'del' || action === 'mark' || action === 'unmark')
}

function repeat(target: Engine, patch: Patch, next: () => void): void {
  const at = Number(patch.path[1] ?? 0)
  if (patch.action === 'splice') spliceText(target, { at, delete: 0, insert: patch.value }, next)
  else if (patch.action === 'del') spliceText(target, { at, delete: patch.length ?? 1, insert: '' }, next)
  else if (patch.action === 'unmark') markText(target, { from: patch.start, to: patch.end }, patch.name, null)
  else if (patch.action === 'mark') {
    for (const { name, value, start, end } of patch.marks)
      markText(target, { from: start, to: end }, name, markValue(value))
  }
}

function isSame(one: Engine, other: Engine): boolean {
  return JSON.stringify(one.spans(textObject)) === JSON.stringify(other.spans(textObject))
}

/** The stretch between what both begin and end with is replaced; then markers and marks that differ. */
function reconcile(target: Engine, source: Engine, next: () => void): void {
  const present = target.text(textObject)
  const wanted = source.text(textObject)
  const { start, end } = difference(present, wanted)
  spliceText(target, { at: start, delete: present.length - end - start, insert: '' }, next)
  let at = start
  for (const piece of wanted.slice(start, wanted.length - end).split(/(\ufffc)/)) {
    if (piece === marker) putMarker(target, source, at)
    else spliceText(target, { at, delete: 0, insert: piece }, next)
    at += piece.length
  }
  next()
  for (const { index } of wanted.matchAll(/\ufffc/g)) {
    if (contentAt(target, index) === contentAt(source, index)) continue
    target.splice(textObject, index, 1)
    putMarker(target, source, index)
  }
  reconcileMarks(target, source)
}

function reconcileMarks(target: Engine, source: Engine): void {
  const nameOf = (each: unknown) => JSON.stringify(each)
  const wanted = new Set(source.marks(textObject).map(nameOf))
  for (const each of target.marks(textObject)) {
    if (!wanted.has(nameOf(each))) markText(target, { from: each.start, to: each.end }, each.name, null)
  }
  const present = new Set(target.marks(textObject).map(nameOf))
  for (const each of source.marks(textObject)) {
    if (!present.has(nameOf(each)))
      markText(target, { from: each.start, to: each.end }, each.name, markValue(each.value))
  }
}

function putMarker(target: Engine, source: Engine, at: number): void {
  const content = source.getBlock(textObject, at) ?? {}
  target.splitBlock(textObject, at, content as Parameters<Engine['splitBlock']>[2])
}

function contentAt(engine: Engine, at: number): string {
  return JSON.stringify(engine.getBlock(textObject, at))
}

function markValue(value: unknown): string | boolean | null {
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : String(value)
}

/** How much both begin and end with, never inside of a letter. */
function difference(one: string, other: string): { start: number; end: number } {
  const most = Math.min(one.length, other.length)
  let start = 0
  while (start < most && one[start] === other[start]) start += 1
  if (isInside(one, start) || isInside(other, start)) start -= 1
  let end = 0
  while (end < most - start && one.at(-1 - end) === other.at(-1 - end)) end += 1
  if (isInside(one, one.length - end) || isInside(other, other.length - end)) end -= 1
  return { start, end }
}

function isInside(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800
}
