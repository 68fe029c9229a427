import type { Args, Value } from '../../../shared/contract.ts'
import { type Fault, ok, type Result, refuse } from '../../../shared/fault.ts'
import { authorityOf } from '../authority/governance.ts'
import { mayChange } from '../authority/rights.ts'
import type { DocumentKey } from '../input.ts'
import type { ArtifactRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { changeText } from './document-change.ts'
import { documentKey } from './document-notes.ts'
import { openedDocument } from './document-shown.ts'
import { type Engine, headsOf } from './live-document.ts'
import { markText, putBlock, spliceText } from './text-edit.ts'
import { blocksIn, textObject } from './text-shape.ts'

type Heads = Result<{ heads: string[] }>

export function text(turn: Turn, { id }: Args<'document.text'>): Result<Value<'document.text'>> {
  const opened = textOf(turn, id)
  if (!opened.ok) return opened
  const { engine } = opened.value
  return ok({ text: engine.text(textObject), heads: headsOf(engine) })
}

export function edit(turn: Turn, { id, ops }: Args<'document.edit'>): Heads {
  return change(turn, id, (engine, next) => {
    for (const each of ops) {
      const problem = spliceText(engine, each, next)
      if (problem) return problem
    }
    return undefined
  })
}

export function blocks(turn: Turn, { id }: Args<'document.blocks'>): Result<Value<'document.blocks'>> {
  const opened = textOf(turn, id)
  return opened.ok ? ok({ blocks: blocksIn(opened.value.engine), heads: headsOf(opened.value.engine) }) : opened
}

/** What is embedded need not be here: it shows an honest gap until it is. */
export function setBlock(turn: Turn, args: Args<'document.block'>): Heads {
  const { id, at, replace, ...block } = args
  const holds = block.type === 'image' || block.type === 'embed'
  if (holds !== (block.artifactId !== undefined))
    return refuse('InvalidArguments', 'An image and an embed name an artifact; nothing else does.')
  if (block.artifactId === id) return refuse('NotPermitted', 'It would come to lie inside itself.')
  return change(turn, id, (engine) => putBlock(engine, at, block, replace === true))
}

export function format(turn: Turn, args: Args<'document.format'>): Heads {
  return change(turn, args.id, (engine) => markText(engine, args, args.mark, args.value))
}

/** The text a question is about, if it has to be opened first. */
export function textToOpen(turn: Turn, command: string, args: unknown): DocumentKey | undefined {
  if (!command.startsWith('document.')) return undefined
  const { id } = args as Args<'document.text'>
  const row = turn.tables.artifacts.byId(id)
  const key = row?.type === 'document' ? documentKey(row, 'text') : undefined
  return key && !turn.state.documents.has(key) ? key : undefined
}

export function mayType(turn: Turn, row: ArtifactRow): boolean {
  return row.status === 'active' && mayChange(row, authorityOf(turn, row), self(turn).player, 'text')
}

function change(
  turn: Turn,
  id: ArtifactRow['id'],
  work: (engine: Engine, next: () => void) => Fault | undefined,
): Heads {
  const opened = textOf(turn, id)
  if (!opened.ok) return opened
  const { row } = opened.value
  if (row.status !== 'active') return refuse('NotActive')
  if (!mayType(turn, row)) return refuse('NotPermitted')
  const problem = changeText(turn, row, work)
  if (problem) return { ok: false, fault: problem }
  const engine = openedDocument(turn, row, 'text')
  return ok({ heads: engine ? headsOf(engine) : [] })
}

export function textOf(turn: Turn, id: ArtifactRow['id']): Result<{ row: ArtifactRow; engine: Engine }> {
  if (id.startsWith('blob:')) return refuse('NotATree')
  const row = turn.tables.artifacts.byId(id)
  if (!row) return refuse('ArtifactNotFound')
  if (row.type !== 'document') return refuse('InvalidArguments', 'This is not a Document.')
  const engine = openedDocument(turn, row, 'text')
  return engine ? ok({ row, engine }) : refuse('ArtifactNotFound')
}
