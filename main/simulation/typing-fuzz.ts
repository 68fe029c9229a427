import type { ArtifactId } from '../../shared/ids.ts'
import { changeIn, newDocument } from '../core/documents/live-document.ts'
import { actorOf } from '../core/documents/spine.ts'
import { textObject } from '../core/documents/text-shape.ts'
import { Cheater } from './cheater.ts'
import { encodeOperations } from './crafted-change.ts'
import type { Node, World } from './world.ts'
import { textOf, writing } from './writing.ts'

export type Typed = {
  /** text and blocks at each honest vault */
  readonly texts: readonly string[]
  /** the same after everything was made again from the logs */
  readonly again: readonly string[]
  /** words that were acknowledged and stand nowhere */
  readonly lost: readonly string[]
}

/** Four vaults type into one text at once in bad weather, with partitions and crashes; one more forges. */
export function typing(seed: number, steps: number): Typed {
  const { world, nodes, id } = writing(seed, ['Ana', 'Bo', 'Cy', 'Di', 'Mel'])
  const honest = nodes.slice(0, -1)
  const forge = forger(nodes[4], honest, id)
  const words: string[] = []
  world.weather = { drop: 0.1, duplicate: 0.1, reorder: 0.3 }
  for (let step = 0; step < steps; step += 1) {
    const node = honest[world.pick(honest.length)]
    if (!node?.isUp) continue
    if (world.happens(0.1)) forge()
    if (world.happens(0.05)) disturb(world, node)
    else write(world, node, id, words, `w${step}.`)
    world.pass(world.pick(600))
  }
  world.heal()
  const shown = (node: Node) => JSON.stringify(node.must('document.blocks', { id }).blocks)
  const texts = honest.map(shown)
  const whole = honest.map((node) => textOf(node, id)).join()
  for (const node of honest) node.take({ type: 'projections-lost' })
  world.pass(2_000)
  return { texts, again: honest.map(shown), lost: words.filter((word) => !whole.includes(word)) }
}

/** A word somewhere, sometimes a block or a mark: never inside of another word, so that each stays whole. */
function write(world: World, node: Node, id: ArtifactId, words: string[], word: string): void {
  const text = textOf(node, id)
  const ends = [0, ...[...text.matchAll(/\.|\ufffc/g)].map((match) => match.index + 1)]
  const at = ends[world.pick(ends.length)] ?? 0
  const kind = world.pick(6)
  if (kind === 0) node.must('document.block', { id, at, type: 'todo', done: world.happens(0.5) })
  else if (kind === 1 && at > 0) node.must('document.format', { id, from: 0, to: at, mark: 'strong', value: true })
  else {
    node.must('document.edit', { id, ops: [{ at, delete: 0, insert: word }] })
    words.push(word)
  }
}

function disturb(world: World, node: Node): void {
  if (world.happens(0.5)) {
    node.strand(1)
    world.later(5_000, () => node.isUp && node.strand(0))
  } else {
    node.crash()
    world.later(3_000, () => !node.isUp && node.boot())
  }
}

/** Changes that only look like typing, to whoever is connected; an honest one between them. */
function forger(mel: Node, others: readonly Node[], id: ArtifactId): () => void {
  const cheater = new Cheater(mel).silence()
  const pen = cheater.pen(id)
  const actor = actorOf({ device: mel.device, incarnation: pen.settings.incarnation }, cheater.row(id), 'text')
  const engine = newDocument('text', actor)
  const heads = engine.getHeads()
  let seq = 0
  const letter = (elemId: string, pred: string[] = []) => ({
    action: 'set',
    obj: textObject,
    elemId,
    insert: true,
    value: 'f',
    pred,
  })
  return () => {
    const honest = changeIn(engine, () => engine.splice(textObject, 0, 0, 'mel '))
    const next = seq + 1
    const forged = [
      encodeOperations(actor, [letter('9@aa')], { seq: next, startOp: 2, deps: heads }),
      encodeOperations(actor, [letter('_head', [textObject])], { seq: next, startOp: 2, deps: heads }),
      encodeOperations(actor, [{ action: 'del', obj: textObject, elemId: textObject, pred: [textObject] }], {
        seq: next,
        startOp: 2,
        deps: heads,
      }),
      encodeOperations('ab'.repeat(16), [letter('_head')], { seq: 1, startOp: 2, deps: heads }),
    ]
    for (const change of forged) pen.entry('change', 'text', change)
    if (honest && cheater.world.happens(0.7)) {
      pen.entry('change', 'text', honest)
      seq += 1
    }
    for (const node of others) if (node.isUp && mel.linkTo(node)) cheater.deliver(node, id, pen.envelopes)
  }
}
