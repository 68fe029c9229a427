import type { ArtifactId } from '../../shared/ids.ts'
import { gather } from './gathering.ts'
import type { Node } from './world.ts'

/** A Document of Ana's in which everyone may write. */
export function writing<const Names extends readonly [string, ...string[]]>(seed: number, names: Names) {
  const { world, nodes } = gather(seed, names)
  const [ana, ...others] = nodes as readonly Node[] & readonly [Node]
  const { id } = ana.must('artifact.create', { type: 'document', name: 'Notes' })
  const { code } = ana.must('realm.invite', { id, uses: 10, approve: false })
  for (const node of others) node.must('realm.join', { code })
  world.pass(40_000)
  return { world, nodes, id }
}

export function type(node: Node, id: ArtifactId, at: number, insert: string, gone = 0) {
  return node.must('document.edit', { id, ops: [{ at, delete: gone, insert }] })
}

export function textOf(node: Node, id: ArtifactId): string {
  return node.must('document.text', { id }).text
}
