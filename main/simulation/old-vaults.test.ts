import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import type { ArtifactId, PlayerId } from '../../shared/ids.ts'
import { openVault, type Vault } from '../store/store.ts'
import { textsOf, viewOf } from './gathering.ts'
import { Node } from './node.ts'
import { World } from './world.ts'

const oldVaults = [
  {
    format: 'schema-1',
    ana: 'd9742262dc72bd7a0f47c4c67f1b631abb255a8e6084f8452093617c096db434' as PlayerId,
    dm: 'doc:a8c029b022cc54dee82b9ac329d53831b742a40545381f3a244a6e93f17c7ee2' as ArtifactId,
    realm: 'doc:1945cbc29d6ef770841d856b5684e4ee7e47ec513eee0a05dafa4e7876a2a8e9' as ArtifactId,
    gallery: 'doc:a4883ca96eb2fcea289fda128cb7d65d770d29e8cb8a255e2b669c0960e834ff' as ArtifactId,
  },
]

const opened: { vault: Vault; directory: string }[] = []
afterAll(async () => {
  for (const { vault, directory } of opened) {
    await vault.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

test.each(oldVaults)(
  'VAULT-4 a vault of $format opens, shows what it held, and goes on',
  async ({ format, ana, ...ids }) => {
    const world = new World(1)
    world.now = Date.UTC(2026, 11, 1)
    const first = await oldNode(world, format, 'ana')
    const other = await oldNode(world, format, 'bo')
    world.pass(5_000)
    expect(first.id).toBe(ana)
    expect(textsOf(first, ids.dm)).toEqual(['First words, kept for ever.', 'And an answer.'])
    expect(textsOf(other, ids.realm)).toEqual(['Planting 0, edited', ...[1, 2, 3, 4].map((each) => `Planting ${each}`)])
    expect(first.must('artifact.get', { id: ids.realm })).toMatchObject({ name: 'Garden', status: 'active' })
    const children = first.must('artifact.children', { id: first.must('vault.root', {}).id }).items
    expect(children.find((child) => child.id === ids.gallery)).toMatchObject({ name: 'Seeds', place: { x: 12, y: 34 } })
    expect(first.must('vault.verify', {})).toEqual({ ok: true, problems: [] })

    first.must('story.send', { storyId: ids.dm, text: 'Years later.' })
    other.must('story.send', { storyId: ids.realm, text: 'Harvest' })
    world.heal()
    expect(textsOf(other, ids.dm).at(-1)).toBe('Years later.')
    expect(textsOf(first, ids.realm).at(-1)).toBe('Harvest')
    for (const id of [ids.dm, ids.realm]) expect(viewOf(first, id)).toBe(viewOf(other, id))
    const shown = viewOf(first, ids.realm)
    first.take({ type: 'projections-lost' })
    world.pass(1_000)
    expect(viewOf(first, ids.realm)).toBe(shown)
  },
)

/** The vault as it was left, on a disk of its own, in the simulated network. */
async function oldNode(world: World, format: string, name: string): Promise<Node> {
  const kept = fileURLToPath(new URL(`old-vaults/${format}/${name}/`, import.meta.url))
  const directory = mkdtempSync(join(tmpdir(), 'indra-old-'))
  writeFileSync(join(directory, 'vault.db'), gunzipSync(readFileSync(join(kept, 'vault.db.gz'))))
  writeFileSync(join(directory, 'vault.key'), readFileSync(join(kept, 'vault.key')), { mode: 0o600 })
  const vault = await openVault({ directory })
  opened.push({ vault, directory })
  const { tables, sealed, transaction } = vault
  const copy = () => {
    throw new Error('it lies on a disk')
  }
  const node = new Node(world, world.nodes.length, name, { tables, sealed, transaction, copy, dump: () => '' })
  world.nodes.push(node)
  node.boot()
  return node
}
