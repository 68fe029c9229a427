import { isIn, oneOf, type Plan } from './fuzz-plan.ts'
import type { Node } from './world.ts'

const word = /⟦[^⟧]*⟧/g

/** Types a word that nobody typed before into the text, between two others, or takes one out. */
export function type(plan: Plan, node: Node): void {
  const { world, document, typed, erased } = plan
  if (!isIn(node, document)) return
  const read = node.ask('document.text', { id: document })
  if (!read.ok) return
  const words = [...read.value.text.matchAll(word)]
  const at = oneOf(world, words)
  if (at && world.happens(0.2)) {
    const taken = node.ask('document.edit', { id: document, ops: [{ at: at.index, delete: at[0].length, insert: '' }] })
    if (taken.ok) erased.add(at[0])
    return
  }
  const insert = `⟦${node.name} ${typed.size} é🜁⟧`
  const made = node.ask('document.edit', { id: document, ops: [{ at: at?.index ?? 0, delete: 0, insert }] })
  if (made.ok) typed.set(insert, node)
}

export function textOf(plan: Plan, node: Node): string {
  return node.must('document.text', { id: plan.document }).text
}

/** What was typed and by nobody taken out is there, whole; what was taken out is gone. */
export function typedWrongly(plan: Plan, node: Node, isTrusted: (author: Node) => boolean): string[] {
  const words = new Set([...textOf(plan, node).matchAll(word)].map((match) => match[0]))
  return [...plan.typed]
    .filter(([, author]) => isTrusted(author))
    .filter(([typed]) => words.has(typed) === plan.erased.has(typed))
    .map(([typed]) => `${node.name} ${words.has(typed) ? 'still shows' : 'lacks'} ${typed}`)
}
