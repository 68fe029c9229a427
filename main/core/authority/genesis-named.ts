import type { ArtifactId } from '../../../shared/ids.ts'
import { isBytes } from '../identity/device-list.ts'
import { parseMint } from '../tokens/mint.ts'
import { treeId } from '../trees/artifact-id.ts'
import { type Genesis, parseGenesis } from './genesis.ts'
import { parseGroupGenesis } from './group-genesis.ts'

/** NAME-1: the genesis that this id belongs to, of any form; `undefined` for everything else that is shown as one. */
export function genesisNamed(id: ArtifactId, signed: unknown): Genesis | undefined {
  if (!isBytes(signed)) return undefined
  if (treeId(signed) !== id) return parseGroupGenesis(id, signed)
  const genesis = parseGenesis(signed)
  return genesis?.type === 'token' ? undefined : (genesis ?? parseMint(signed))
}
