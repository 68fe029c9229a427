import { type Fault, fault } from '../../../shared/fault.ts'
import { wellFormed } from '../showing/text.ts'
import type { Engine } from './live-document.ts'
import { type Block, marker, markerOf, textObject } from './text-shape.ts'

export type Splice = { readonly at: number; readonly delete: number; readonly insert: string }

/** Letters of one change. Long texts are typed as several, so that nobody has to take more at once. */
const lettersTogether = 2_000

/** One splice, in as many changes as it takes; `next` ends one. */
export function spliceText(engine: Engine, edit: Splice, next: () => void): Fault | undefined {
  const problem = problemAt(engine, edit.at) ?? problemAt(engine, edit.at + edit.delete)
  if (problem) return problem
  const insert = wellFormed(edit.insert).replaceAll(marker, '\ufffd')
  if (edit.delete + insert.length <= lettersTogether) {
    engine.splice(textObject, edit.at, edit.delete, insert)
    return undefined
  }
  next()
  const gone = edit.delete > 0 ? engine.text(textObject).slice(edit.at, edit.at + edit.delete) : ''
  for (const piece of piecesOf(gone)) {
    engine.splice(textObject, edit.at, piece.length)
    next()
  }
  let at = edit.at
  for (const piece of piecesOf(insert)) {
    engine.splice(textObject, at, 0, piece)
    next()
    at += piece.length
  }
  return undefined
}

export function putBlock(engine: Engine, at: number, block: Block, replaces: boolean): Fault | undefined {
  const problem = problemAt(engine, at)
  if (problem) return problem
  if (replaces && !isMarker(engine, at)) return fault('InvalidArguments', 'There is no block marker there.')
  if (replaces) engine.splice(textObject, at, 1)
  engine.splitBlock(textObject, at, markerOf(block) as Parameters<Engine['splitBlock']>[2])
  return undefined
}

export function markText(
  engine: Engine,
  range: { readonly from: number; readonly to: number },
  mark: string,
  value: string | boolean | null,
): Fault | undefined {
  const problem = problemAt(engine, range.from) ?? problemAt(engine, range.to)
  if (problem) return problem
  if (range.from >= range.to) return fault('InvalidArguments', 'There is nothing between these two places.')
  // who types on at the end of bold text types bold; a link ends where it ends
  const stretch = { start: range.from, end: range.to, expand: mark === 'link' ? 'none' : 'after' } as const
  if (value === null) engine.unmark(textObject, stretch, mark)
  else engine.mark(textObject, stretch, mark, value, typeof value === 'string' ? 'str' : 'boolean')
  return undefined
}

/** Why nothing can be done at this place, if so: outside of the text, or inside of a letter. */
function problemAt(engine: Engine, at: number): Fault | undefined {
  const length = engine.length(textObject)
  if (at > length) return fault('InvalidArguments', `The text ends at ${length}.`)
  if (at === length || engine.getCursorPosition(textObject, engine.getCursor(textObject, at)) === at) return undefined
  return fault('InvalidArguments', `${at} is inside of a letter.`)
}

function isMarker(engine: Engine, at: number): boolean {
  return at < engine.length(textObject) && engine.getWithType(textObject, at)?.[0] === 'map'
}

/** No piece ends between the halves of a letter. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = at + lettersTogether
    const isInside = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
    pieces.push(text.slice(at, isInside ? end - 1 : end))
    at = isInside ? end - 1 : end
  }
  return pieces
}
