import type { BlockView, EntryView } from '../shared/views.ts'

/** One entry as Markdown. Quoted line by line, so that no text can pass for another person's. */
export function entryMarkdown(entry: EntryView, author: string): string {
  const edited = entry.editedAt === undefined ? '' : ', edited'
  const said = entry.deleted ? '*deleted*' : (entry.leaf ? '*file:* ' : '') + entry.text
  const reactions = Object.entries(entry.reactions).map(([emoji, who]) => `${emoji} ${who.length}`)
  const below = reactions.length > 0 ? `\n${reactions.join(' · ')}\n` : ''
  return `\n**${escaped(author)}**, ${timeOf(entry.at)}${edited}\n\n${quoted(said)}\n${below}`
}

export function headingMarkdown(name: string): string {
  return `# ${escaped(name)}\n`
}

export function blockMarkdown(block: BlockView): string {
  switch (block.type) {
    case 'heading':
      return `\n${'#'.repeat(Math.min(6, Math.max(1, block.level ?? 1)))} ${block.text}\n`
    case 'code':
      return fenced(block)
    case 'callout':
      return `\n${quoted(block.text)}\n`
    case 'todo':
      return `- [${block.done ? 'x' : ' '}] ${block.text}\n`
    case 'divider':
      return '\n---\n'
    case 'image':
    case 'embed':
      return `\n*${block.type}:* ${block.artifactId ?? ''}\n`
    case 'text':
      return `\n${block.text}\n`
    default:
      return block.type satisfies never
  }
}

/** The fence is longer than any in the code. */
function fenced({ text, language }: BlockView): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((each) => each.length))
  const fence = '`'.repeat(longest + 1)
  return `\n${fence}${(language ?? '').replace(/[^\w+#.-]/g, '')}\n${text}\n${fence}\n`
}

function quoted(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n')
}

function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_<>[\]#]/g, '\\$&')
}

/** Times that others wrote may be none that there is. */
function timeOf(at: number): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString().slice(0, 16).replace('T', ' ')
}
