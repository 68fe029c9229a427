import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import type { EntryId } from '../../../shared/ids.ts'
import { openedDocument } from '../documents/document-shown.ts'
import { textObject } from '../documents/text-shape.ts'
import { leafFacts } from '../leaves/leaf-facts.ts'
import type { ArtifactRow, FoundRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { entryView } from '../trees/entry-view.ts'
import { indexEvery } from './search-note.ts'
import { nameOfArtifact } from './view.ts'
import { snippet, wordsIn } from './words.ts'

/**
 * Finding things by their words. What is to be found is noted when it changes (`searchLater`) and taken into the index a
 * little at a time, so that a Story of 100,000 entries that arrives at once does not hold up anything. Items of an
 * artifact: '' is its name and metadata, 'text' a Document's text, an EntryId what an entry says at present,
 * `leaf:` and an EntryId the name of the Leaf that entry put there.
 */
const indexedTogether = 200
const indexedForSearch = 2_000
const mostHits = 50
const snippetLength = 140

/** When there is something to take into the index. */
export function nextIndexing(turn: Turn): number | undefined {
  return turn.state.indexAt
}

export function indexSome(turn: Turn): void {
  if (turn.state.indexAt === undefined || turn.now < turn.state.indexAt) return
  const isMore = index(turn, indexedTogether)
  turn.state.indexAt = isMore ? turn.now + indexEvery : undefined
}

/** Every word has to begin a word of what is found. Names before what was said, then the newest first. */
export function search(turn: Turn, args: Args<'artifact.search'>): Result<Value<'artifact.search'>> {
  index(turn, indexedForSearch)
  const words = wordsIn(args.query)
  if (words.length === 0) return ok([])
  const hits: Value<'artifact.search'> = []
  const limit = Math.min(args.limit ?? 20, mostHits)
  for (const found of turn.tables.search.find(words, limit * 2)) {
    const hit = shown(turn, found, words)
    if (hit && hits.length < limit) hits.push(hit)
  }
  return ok(hits)
}

function shown(turn: Turn, found: FoundRow, words: readonly string[]): Value<'artifact.search'>[number] | undefined {
  const row = turn.tables.artifacts.byKey(found.artifact)
  if (!row) return undefined
  const name = nameOfArtifact(turn, row)
  const text = textOf(turn, row, found.item) ?? name
  if (text === '') return undefined
  const leaf = leafIn(turn, row, found.item)
  if (leaf)
    return { id: leaf.lying.leaf.leaf, name: text, type: leaf.facts.type, snippet: snippet(text, words, snippetLength) }
  const type = row.type === 'dm' ? 'story' : row.type
  const item = { id: row.id, name, type, snippet: snippet(text, words, snippetLength) }
  return isEntry(found.item) ? { ...item, entryId: found.item } : item
}

/** True when there is more to do. */
function index(turn: Turn, limit: number): boolean {
  const waiting = turn.tables.search.noted(limit)
  for (const { artifact, item } of waiting) {
    const row = turn.tables.artifacts.byKey(artifact)
    const words = row ? wordsIn(textOf(turn, row, item) ?? '') : []
    turn.tables.search.put(artifact, item, rankOf(turn, artifact, item), words)
  }
  return waiting.length === limit
}

/** Newer entries of a Story stand before older ones; names before both. */
function rankOf(turn: Turn, artifact: number, item: string): number {
  if (item === '') return Number.MAX_SAFE_INTEGER
  return isEntry(item) ? (turn.tables.entries.get(artifact, item)?.clock ?? 0) : 0
}

const leafPrefix = 'leaf:'

function leafIn(turn: Turn, row: ArtifactRow, item: string) {
  const id = item.startsWith(leafPrefix) ? item.slice(leafPrefix.length) : item
  const leaf = isEntry(id) ? turn.tables.leaves.get(row.key, id) : undefined
  const lying = leaf && leaf.state !== 'removed' ? { leaf, row } : undefined
  const facts = lying && leafFacts(turn, lying)?.facts
  return lying && facts ? { lying, facts } : undefined
}

function isEntry(item: string): item is EntryId {
  return item.length === 64
}

/** `undefined` for a Document that is not open: then its name has to do. */
function textOf(turn: Turn, row: ArtifactRow, item: string): string | undefined {
  if (item === 'text') return openedDocument(turn, row, 'text')?.text(textObject)
  if (item.startsWith(leafPrefix)) return leafIn(turn, row, item)?.facts.name ?? ''
  if (item === '') {
    const { name: _, ...metadata } = turn.tables.metadata.of(row.key)
    const isUnnamed = row.key === self(turn).vault || row.key === self(turn).inbox || row.type === 'leaf'
    return isUnnamed ? '' : [nameOfArtifact(turn, row), metadata['description'] ?? ''].join(' ').trim()
  }
  const entry = isEntry(item) ? turn.tables.entries.get(row.key, item) : undefined
  return (entry && entryView(turn, row, entry)?.text) ?? ''
}
