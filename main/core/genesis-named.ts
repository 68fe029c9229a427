import type { ArtifactId } from '../../shared/ids.ts'
import { treeId } from './artifact-id.ts'
import { isBytes } from './device-list.ts'
import { type Genesis, parseGenesis } from './genesis.ts'
import { parseGroupGenesis } from './group-genesis.ts'
import { parseMint } from './mint.ts'

/** NAME-1: the genesis that this id belongs to, of any form; `undefined` for everything else that is shown as one. */
export function genesisNamed(id: ArtifactId, signed: unknown): Genesis | undefined {
  if (!isBytes(signed)) return undefined
  if (treeId(signed) !== id) return parseGroupGenesis(id, signed)
  const genesis = parseGenesis(signed)
  return genesis?.type === 'token' ? undefined : (genesis ?? parseMint(signed))
}
