import { encodeChange, ImmutableString } from '@automerge/automerge'
import { type ArtifactId, artifactId } from '../../../shared/ids.ts'
import type { BlockView, TextMark } from '../../../shared/views.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import type { Engine } from './live-document.ts'

/**
 * The shape inside the third document of a Document: one text at the root, block markers in it as maps
 * `{type, parents, attrs, isEmbed}`, marks on stretches of it. That is what `@automerge/prosemirror` binds to; plain
 * strings in markers are immutable ones. In plain text each marker is one U+FFFC. A peer may have written anything that
 * passes the rule: a marker that does not fit is shown as a paragraph.
 */
const founder = hex(digest(utf8('indra text v1'))).slice(0, 32)

/** The same bytes everywhere: the change that makes the text. Nobody's actor can be its. */
export const foundation = encodeChange({
  actor: founder,
  author: null,
  seq: 1,
  startOp: 1,
  time: 0,
  message: null,
  deps: [],
  ops: [{ action: 'makeText', obj: '_root', key: 'text', pred: [] }],
})

export const textObject = `1@${founder}`

/** How a block marker stands in plain text. */
export const marker = '\ufffc'

/** Names of blocks here, and in the markers: those of Automerge's rich text where it has one. */
const markerTypes = {
  text: 'paragraph',
  heading: 'heading',
  code: 'code-block',
  callout: 'callout',
  todo: 'todo',
  image: 'image',
  divider: 'divider',
  embed: 'embed',
} as const satisfies Record<BlockView['type'], string>

export type Block = Omit<BlockView, 'at' | 'text' | 'marks'>

type Marker = Record<string, unknown>

export function markerOf({ type, level, language, done, artifactId: embedded }: Block): Marker {
  return {
    type: new ImmutableString(markerTypes[type]),
    parents: [],
    attrs: {
      ...(level === undefined ? {} : { level }),
      ...(language === undefined ? {} : { language: new ImmutableString(language) }),
      ...(done === undefined ? {} : { done }),
      ...(embedded === undefined ? {} : { artifactId: new ImmutableString(embedded) }),
    },
    isEmbed: type === 'image' || type === 'divider' || type === 'embed',
  }
}

/** The blocks in their order, each with the text up to the next marker. */
export function blocksIn(engine: Engine): BlockView[] {
  const blocks: BlockView[] = []
  let at = 0
  for (const span of engine.spans(textObject)) {
    if (span.type === 'block') {
      blocks.push({ at, ...blockOf(span.value), text: '', marks: [] })
      at += 1
      continue
    }
    if (blocks.length === 0) blocks.push({ at: -1, type: 'text', text: '', marks: [] })
    const last = blocks.at(-1)
    if (last) blocks[blocks.length - 1] = withText(last, span.value, span.marks ?? {})
    at += span.value.length
  }
  return blocks
}

/** What is embedded, each once, and at which block it first is. */
export function embeddedIn(engine: Engine): Map<ArtifactId, number> {
  const found = new Map<ArtifactId, number>()
  for (const [index, { artifactId: embedded }] of blocksIn(engine).entries()) {
    if (embedded && !found.has(embedded)) found.set(embedded, index)
  }
  return found
}

function withText(block: BlockView, value: string, marks: Record<string, unknown>): BlockView {
  const from = block.text.length
  const stretch = { from, to: from + value.length }
  const added = Object.entries(marks).flatMap(([mark, set]): TextMark[] =>
    typeof set === 'boolean' || typeof set === 'string' ? [{ ...stretch, mark, value: set }] : [],
  )
  return { ...block, text: block.text + value, marks: [...block.marks, ...added] }
}

function blockOf(value: Marker): Block {
  const attrs = (typeof value['attrs'] === 'object' && value['attrs'] !== null ? value['attrs'] : {}) as Marker
  const named = stringOf(value['type'])
  const type = (Object.keys(markerTypes) as Block['type'][]).find((each) => markerTypes[each] === named) ?? 'text'
  const { level, done } = attrs
  const language = stringOf(attrs['language'])
  const embedded = artifactId.safeParse(stringOf(attrs['artifactId']))
  return {
    type,
    ...(type === 'heading' ? { level: isLevel(level) ? level : 1 } : {}),
    ...(type === 'code' && language !== undefined ? { language } : {}),
    ...(type === 'todo' ? { done: done === true } : {}),
    ...((type === 'image' || type === 'embed') && embedded.success ? { artifactId: embedded.data } : {}),
  }
}

function isLevel(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 6
}

function stringOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return value instanceof ImmutableString ? value.toString() : undefined
}
