import type { Args, CommandType, Value } from '../shared/contract.ts'
import type { Result } from '../shared/fault.ts'
import type { ArtifactId } from '../shared/ids.ts'
import type { ArtifactView, ChildView, EntryView } from '../shared/views.ts'
import { exportFileName, exportName } from './export-name.ts'
import { blockMarkdown, entryMarkdown, headingMarkdown } from './export-text.ts'
import type { Parts } from './parts.ts'

type Folder = Awaited<ReturnType<Parts['vault']['exportFolder']>>
type Ask = (command: string, args: unknown) => Promise<Result<unknown>>
type Exported = Value<'vault.export'>

export const exportFolders = ['texts', 'originals'] as const
const page = 100

/**
 * Everything this player has, as anyone can read it: what the core shows and lets them save, asked by the commands that
 * surfaces ask by. Nothing is decided here.
 */
export async function exportVault(path: string, folder: Folder, ask: Ask, at: number): Promise<Exported> {
  try {
    const counts = await new Export(folder, ask).write(at)
    await folder.finish()
    return { path, ...counts }
  } catch (error) {
    await folder.abandon()
    throw error
  }
}

class Export {
  readonly #folder: Folder
  readonly #ask: Ask
  readonly #leaves = new Set<ArtifactId>()
  readonly #used = new Set<string>()

  constructor(folder: Folder, ask: Ask) {
    this.#folder = folder
    this.#ask = ask
  }

  async write(at: number): Promise<{ artifacts: number; originals: number; leftOut: number }> {
    const { playerId, name } = await this.#must('identity.get', {})
    const head = JSON.stringify({ format: 'indra-export', version: 1, at, player: { playerId, name } })
    await this.#index(`${head.slice(0, -1)},\n"artifacts":[`)
    const ids = await this.#trees()
    for (const [place, id] of ids.entries()) await this.#index(comma(place) + JSON.stringify(await this.#tree(id)))
    await this.#index('\n],\n"leaves":[')
    let originals = 0
    for (const [place, id] of [...this.#leaves].entries()) {
      const leaf = await this.#leaf(id)
      if ('file' in leaf) originals += 1
      await this.#index(comma(place) + JSON.stringify(leaf))
    }
    await this.#index('\n]}\n')
    return { artifacts: ids.length, originals, leftOut: this.#leaves.size - originals }
  }

  async #trees(): Promise<ArtifactId[]> {
    const ids = [(await this.#must('vault.root', {})).id]
    for (let offset = 0; ; offset += page) {
      const { items, total } = await this.#must('catalogue.list', { offset, limit: page })
      for (const { id } of items) {
        if (id.startsWith('blob:')) this.#leaves.add(id)
        else ids.push(id)
      }
      if (offset + page >= total) return ids
    }
  }

  async #tree(id: ArtifactId) {
    const view = await this.#must('artifact.get', { id })
    const { type, name, steward, status, audience, metadata, createdAt, keeps, provenance } = view
    const people = view.people.map((each) => ({ playerId: each.playerId, name: each.name }))
    const facts = { id, type, name, steward, status, createdAt, metadata, audience, people, keeps, provenance }
    // of what was lost only that it was there, unless it is this player's to keep
    if (status !== 'active' && status !== 'transferred' && !(status === 'recalled' && keeps)) return facts
    const references = await this.#references(id)
    if (type === 'document') return { ...facts, references, text: await this.#document(view) }
    const entries = await this.#entries(id)
    if (type !== 'story' && entries.length === 0) return { ...facts, references }
    return { ...facts, references, entries: entries.map(entryFacts), text: await this.#story(view, entries) }
  }

  async #references(id: ArtifactId) {
    const all: ReturnType<typeof referenceFacts>[] = []
    for (let offset = 0; ; offset += page) {
      const { items, total } = await this.#must('artifact.children', { id, offset, limit: page })
      for (const each of items) {
        if (each.id.startsWith('blob:')) this.#leaves.add(each.id)
        all.push(referenceFacts(each))
      }
      if (offset + page >= total) return all
    }
  }

  async #entries(storyId: ArtifactId): Promise<EntryView[]> {
    const pages: EntryView[][] = []
    let before: EntryView['entryId'] | undefined
    for (;;) {
      const asked = { storyId, limit: page, ...(before ? { before } : {}) }
      const asking = await this.#ask('story.entries', asked)
      // before what waits to be sent and is in no log yet there is nothing
      const isOver = !asking.ok && before !== undefined
      if (!asking.ok && !isOver) throw failure(asking)
      const { items } = asking.ok ? (asking.value as Value<'story.entries'>) : { items: [] }
      const [first] = items
      if (!first) return pages.toReversed().flat()
      pages.push(items)
      before = first.entryId
    }
  }

  async #story({ id, name, people }: ArtifactView, entries: readonly EntryView[]): Promise<string> {
    const names = new Map(people.map((each) => [each.playerId, each.name]))
    const said = entries.map((each) => entryMarkdown(each, names.get(each.author) || each.author.slice(0, 8)))
    return this.#text(id, name, said)
  }

  async #document({ id, name }: ArtifactView): Promise<string> {
    const { blocks } = await this.#must('document.blocks', { id })
    return this.#text(id, name, blocks.map(blockMarkdown))
  }

  async #text(id: ArtifactId, name: string, parts: readonly string[]): Promise<string> {
    const file = `texts/${this.#unused(id, exportName(name, 'text'), '.md')}`
    await this.#folder.append(file, headingMarkdown(name) + parts.join(''))
    return file
  }

  /** Permission and presence are the core's to say: what it does not save is named with its reason. */
  async #leaf(id: ArtifactId) {
    const got = await this.#ask('artifact.get', { id })
    const view = got.ok ? (got.value as ArtifactView) : undefined
    if (!view?.leaf) return { id, leftOut: 'it is not here any more' }
    const { name, leaf } = view
    const facts = { id, name, type: leaf.type, mime: leaf.mime, size: leaf.size }
    if (!leaf.keep) return { ...facts, leftOut: 'it may be looked at, not saved' }
    if (leaf.bytes !== 'here') return { ...facts, leftOut: 'its bytes are not here' }
    const [, stem, ending] = /^(.*?)(\.[^.]*)?$/s.exec(exportFileName(name, 'file')) ?? []
    const file = `originals/${this.#unused(id, stem ?? 'file', ending ?? '')}`
    const saved = await this.#ask('artifact.save', { id, path: this.#folder.pathOf(file) })
    if (saved.ok) return { ...facts, file }
    if (['DiskFull', 'StoreFailed'].includes(saved.fault.code)) throw failure(saved)
    return { ...facts, leftOut: saved.fault.message }
  }

  /** Different also where capitals are the same as small letters. */
  #unused(id: ArtifactId, stem: string, ending: string): string {
    const digits = id.slice(id.indexOf(':') + 1)
    const made = `${stem}-${digits.slice(0, 12)}${ending}`
    const name = this.#used.has(made.toLowerCase()) ? `${stem}-${digits}${ending}` : made
    this.#used.add(name.toLowerCase())
    return name
  }

  #index(text: string): Promise<void> {
    return this.#folder.append('index.json', text)
  }

  async #must<T extends CommandType>(type: T, args: Args<T>): Promise<Value<T>> {
    const result = await this.#ask(type, args)
    if (!result.ok) throw failure(result)
    return result.value as Value<T>
  }
}

function referenceFacts({ refId, id, position, label, place, by, entryId, name, type }: ChildView) {
  return { refId, artifactId: id, type, name, position, label, place, by, entryId }
}

function entryFacts({ delivery: _, leaf: __, ...said }: EntryView) {
  return said
}

function comma(place: number): string {
  return place === 0 ? '\n' : ',\n'
}

function failure({ fault }: Extract<Result<unknown>, { ok: false }>): Error {
  return Object.assign(new Error(fault.message), { fault })
}
