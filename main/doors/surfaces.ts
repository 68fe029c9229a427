import { type Doc, getChangesSince, getHeads, type Heads, loadIncremental } from '@automerge/automerge'
import type { DocHandle, DocumentId, Repo } from '@automerge/automerge-repo'
import type { Port } from '../../shared/port.ts'
import type { SurfaceNetwork } from './surface-network.ts'

/** Where surfaces edit texts live: automerge-repo, between them and the core. It holds nothing that is not made again. */
export type Surfaces = {
  /** another surface, at its Port */
  connect(port: Port): void
  /** what the core adds to a document; the first time all of it; without changes it is gone */
  show(document: string, changes: readonly Uint8Array[] | undefined): void
  close(): void
}

/** How long what is typed is gathered before the core hears of it, in milliseconds: it becomes one change. */
const PAUSE = 50

type Live = { readonly handle: DocHandle<unknown>; told: Heads; timer: NodeJS.Timeout | undefined }

/** `told` hears what surfaces did in a document, as changes of their own. */
export function openSurfaces(told: (document: string, changes: Uint8Array[]) => void): Surfaces {
  const live = new Map<string, Live>()
  let opened: Promise<{ repo: Repo; network: SurfaceNetwork }> | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** Loaded when first used: it takes a while, and who types elsewhere never needs it. */
  async function open() {
    const { Repo } = await import('@automerge/automerge-repo')
    const { SurfaceNetwork } = await import('./surface-network.ts')
    const network = new SurfaceNetwork((document) => live.has(document))
    const access = async (_peer: unknown, document?: DocumentId) => document !== undefined && live.has(document)
    const repo = new Repo({ network: [network], shareConfig: { announce: async () => false, access } })
    return { repo, network }
  }

  /** One after the other, in the order they came. */
  function soon(work: (parts: { repo: Repo; network: SurfaceNetwork }) => void): void {
    opened ??= open()
    const ready = opened
    last = last.then(async () => work(await ready)).catch(() => {})
  }

  function begin(repo: Repo, document: string, saved: Uint8Array): void {
    const handle = repo.import(saved, { docId: document as DocumentId })
    const made: Live = { handle, told: getHeads(handle.doc()), timer: undefined }
    live.set(document, made)
    handle.on('change', () => {
      made.timer ??= setTimeout(() => tell(document, made), PAUSE)
    })
  }

  function tell(document: string, made: Live): void {
    made.timer = undefined
    if (live.get(document) !== made) return
    const doc = made.handle.doc()
    const changes = getChangesSince(doc, made.told)
    made.told = getHeads(doc)
    if (changes.length > 0) told(document, changes)
  }

  /** What the core says it need not be told. */
  function add(known: Live, changes: readonly Uint8Array[]): void {
    const isSettled = known.timer === undefined
    known.handle.update((doc) => withAll(doc, changes))
    if (!isSettled) return
    clearTimeout(known.timer)
    known.timer = undefined
    known.told = getHeads(known.handle.doc())
  }

  return {
    connect: (port) => soon(({ network }) => network.admit(port)),
    show: (document, changes) =>
      soon(({ repo }) => {
        const known = live.get(document)
        if (!changes) {
          live.delete(document)
          clearTimeout(known?.timer)
          if (known) repo.delete(document as DocumentId)
        } else if (known) add(known, changes)
        else if (changes[0]) begin(repo, document, changes[0])
      }),
    close() {
      for (const { timer } of live.values()) clearTimeout(timer)
      if (opened) void opened.then(({ network }) => network.disconnect())
    },
  }
}

/** Changes, or a whole document that says what may be known already. */
function withAll(doc: Doc<unknown>, changes: readonly Uint8Array[]): Doc<unknown> {
  return changes.reduce((before, each) => loadIncremental(before, each), doc)
}
