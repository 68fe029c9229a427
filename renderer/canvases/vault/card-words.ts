import type { ChildView } from '../../../shared/views.ts'
import { heatWord } from '../../heat.ts'
import { plainName } from '../../plain.ts'
import { strings } from '../../strings.ts'

/** What kind of thing this is, and how many share it: the small line over its name. */
export function kindLine(child: ChildView): string {
  const kind = kindWord(child)
  if (child.type === 'inbox') return child.count > 0 ? `${kind} · ${child.count}` : kind
  if (child.status !== 'active') return `${kind} · ${strings.status[child.status]}`
  return `${kind} · ${people(child)}`
}

/** What a card is called. The Inbox is named after what waits in it, a place one is not in yet after how one heard of it. */
export function cardName(child: ChildView, caller: string): string {
  if (child.type === 'inbox')
    return child.count === 1 && caller ? strings.card.letterFrom(caller) : strings.card.letters(child.count)
  return plainName(child.name) || (child.status === 'waiting' ? strings.card.invitation : strings.untitled)
}

/** What the card shows without words, in words: what is new, who is here, how warm it is. */
export function stateWords(child: ChildView, here: readonly string[]): string {
  const parts: string[] = []
  if (child.unread > 0) parts.push(strings.card.unread(child.unread))
  if (here.length > 0) parts.push(strings.card.here(here.join(', ')))
  parts.push(heatWord(child.heat))
  return parts.join(', ')
}

function kindWord(child: ChildView): string {
  if (child.type === 'collection') return child.audience > 1 ? strings.kind.collection : strings.make.collection
  return Object.hasOwn(strings.kind, child.type)
    ? strings.kind[child.type as keyof typeof strings.kind]
    : strings.kind.other
}

function people(child: ChildView): string {
  if (child.audience <= 1) return strings.card.alone
  return child.audience === 2 && child.type === 'story' ? strings.card.two : strings.card.people(child.audience)
}
