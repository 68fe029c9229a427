import * as Automerge from '@automerge/automerge'
import { expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { Cheater } from './cheater.ts'
import type { Node } from './world.ts'
import { textOf, type, writing } from './writing.ts'

type Shown = { text: string }

/** A surface with an Automerge document of its own, as automerge-repo would keep it. */
class Surface {
  readonly document: string
  doc: Automerge.Doc<Shown>
  readonly #node: Node
  #read = 0
  #told: Automerge.Heads = []

  constructor(node: Node, id: ArtifactId) {
    this.#node = node
    this.document = node.must('document.open', { id }).url.slice('automerge:'.length)
    this.doc = Automerge.init()
    this.read()
  }

  /** Takes what the core said since the last time. */
  read(): this {
    for (const { document, changes } of this.#node.surfaces.slice(this.#read)) {
      if (document !== this.document) continue
      for (const each of changes ?? []) this.doc = Automerge.loadIncremental(this.doc, each)
    }
    this.#read = this.#node.surfaces.length
    return this
  }

  edit(work: (draft: Shown) => void): this {
    this.doc = Automerge.change(this.doc, work)
    return this
  }

  /** Tells the core what was done since the last time, and as a repo does, the others that have it open. */
  tell(): this {
    const changes = Automerge.getChangesSince(this.doc, this.#told)
    this.#told = Automerge.getHeads(this.doc)
    this.#node.surfaces.push({ type: 'surface', document: this.document, changes })
    this.#node.take({ type: 'surface-told', document: this.document, changes })
    return this
  }

  get text(): string {
    return String(this.read().doc.text)
  }
}

function spansOf(surface: Surface): unknown {
  return JSON.parse(JSON.stringify(Automerge.spans(surface.read().doc, ['text'])))
}

test('DOC-3 what surfaces do with actors of their own is typed by this device, and what others type reaches them', () => {
  const { world, nodes, id } = writing(740, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  type(ana, id, 0, 'hello')
  world.pass(1_000)
  const one = new Surface(ana, id)
  const other = new Surface(ana, id)
  const far = new Surface(bo, id)
  expect(other.document).toBe(one.document)
  expect([one.text, far.text]).toEqual(['hello', 'hello'])
  one.edit((draft) => Automerge.splice(draft, ['text'], 5, 0, ' world')).tell()
  world.pass(1_000)
  expect(textOf(bo, id)).toBe('hello world')
  expect([one.text, other.text, far.text]).toEqual(Array(3).fill('hello world'))
  one.edit((draft) => Automerge.splice(draft, ['text'], 0, 1, 'H'))
  other.edit((draft) => Automerge.splice(draft, ['text'], 11, 0, '!'))
  far.edit((draft) => Automerge.splice(draft, ['text'], 5, 0, ','))
  type(bo, id, 11, ' (Bo)')
  for (const surface of [one, other, far]) surface.tell()
  world.pass(1_000)
  expect(textOf(ana, id)).toBe(textOf(bo, id))
  expect([one.text, other.text, far.text]).toEqual(Array(3).fill(textOf(ana, id)))
  for (const word of ['Hello', ',', 'world', '!', ' (Bo)']) expect(one.text).toContain(word)
})

test('DOC-3 markers, marks and a whole rewriting by a surface come out the same everywhere', () => {
  const { world, nodes, id } = writing(741, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  type(ana, id, 0, 'Title and text 👩‍👩‍👧')
  const surface = new Surface(ana, id)
  const named = (type: string, attrs = {}) => ({
    type: new Automerge.ImmutableString(type),
    parents: [],
    attrs,
    isEmbed: false,
  })
  surface.edit((draft) => {
    Automerge.splitBlock(draft, ['text'], 0, named('heading', { level: 2 }))
    Automerge.mark(draft, ['text'], { start: 1, end: 6, expand: 'both' }, 'strong', true)
  })
  surface.tell()
  world.pass(1_000)
  const far = new Surface(bo, id)
  expect(spansOf(far)).toEqual(spansOf(surface))
  expect(bo.must('document.blocks', { id }).blocks).toMatchObject([
    { type: 'heading', level: 2, marks: [{ from: 0, to: 5, mark: 'strong' }] },
  ])
  surface.edit((draft) =>
    Automerge.updateSpans(
      draft,
      ['text'],
      [
        { type: 'block', value: named('heading', { level: 1 }) },
        { type: 'text', value: 'Another 👩', marks: { em: true } },
        { type: 'block', value: named('todo', { done: true }) },
        { type: 'text', value: 'thing' },
      ],
    ),
  )
  surface.tell()
  type(bo, id, 0, 'far ')
  world.pass(1_000)
  expect(spansOf(far)).toEqual(spansOf(surface))
  expect(ana.must('document.blocks', { id }).blocks).toEqual(bo.must('document.blocks', { id }).blocks)
  expect(bo.must('document.blocks', { id }).blocks.map((each) => each.type)).toContain('todo')
  bo.take({ type: 'projections-lost' })
  world.pass(1_000)
  expect(textOf(bo, id)).toBe(textOf(ana, id))
  type(ana, id, 0, 'again ')
  world.pass(1_000)
  expect(spansOf(far)).toEqual(spansOf(surface))
})

test('DOC-3 what is refused afterwards goes from surfaces too, and who was removed types nothing', () => {
  const { world, nodes, id } = writing(742, ['Ana', 'Bo', 'Mel'])
  const [ana, bo, mel] = nodes
  type(mel, id, 0, 'lies')
  world.pass(1_000)
  const surface = new Surface(bo, id)
  surface.edit((draft) => Automerge.splice(draft, ['text'], 2, 0, 'true')).tell()
  world.pass(1_000)
  expect(textOf(ana, id)).toBe('litruees')
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id, cheater.me.incarnation)
  cheater.deliver(bo, id, [pen.say('no, this')])
  world.pass(70_000)
  expect([textOf(ana, id), textOf(bo, id), surface.text]).toEqual(['true', 'true', 'true'])
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(1_000)
  surface.edit((draft) => Automerge.splice(draft, ['text'], 0, 0, 'late ')).tell()
  world.pass(1_000)
  expect(textOf(ana, id)).toBe('true')
})

test('DOC-3 nonsense from a surface costs it its document, and nobody else anything', () => {
  const { world, nodes, id } = writing(743, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  type(ana, id, 0, 'sound')
  const surface = new Surface(ana, id)
  const twice = Automerge.change(Automerge.clone(surface.doc, { actor: 'ab'.repeat(16) }), (draft) => {
    Automerge.splice(draft, ['text'], 0, 0, 'one')
  })
  const again = Automerge.change(Automerge.clone(surface.doc, { actor: 'ab'.repeat(16) }), (draft) => {
    Automerge.splice(draft, ['text'], 0, 0, 'two')
  })
  for (const doc of [twice, again]) {
    const changes = [Automerge.getLastLocalChange(doc) ?? new Uint8Array(0)]
    ana.take({ type: 'surface-told', document: surface.document, changes })
  }
  ana.take({ type: 'surface-told', document: surface.document, changes: [Uint8Array.of(1, 2, 3)] })
  ana.take({ type: 'surface-told', document: 'unknown', changes: [] })
  world.pass(1_000)
  expect(ana.surfaces.at(-1)).toEqual({ type: 'surface', document: surface.document, changes: undefined })
  expect(textOf(ana, id)).toBe('onesound')
  expect(textOf(bo, id)).toBe('onesound')
  expect(new Surface(ana, id).text).toBe('onesound')
})
