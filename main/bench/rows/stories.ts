import { join } from 'node:path'
import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bench, say } from '../bench.ts'
import { fillStory, realm } from '../filling.ts'
import { openInside } from '../inside.ts'
import { Wire } from '../wire.ts'

/** A realm with a Story of `size` entries by `author`; the readers have joined it and know none of them yet. */
export type Story = {
  readonly size: number
  readonly id: ArtifactId
  readonly author: string
  readonly readers: readonly string[]
}

/** The vaults for sending, opening and backfilling, closed again. */
export async function writeStories(bench: Bench): Promise<Story[]> {
  const largest = Math.max(...bench.scale.stories)
  const stories: Story[] = []
  for (const size of bench.scale.stories) {
    const begun = performance.now()
    stories.push(await writeStory(bench, size, size === largest ? bench.scale.backfills : 1))
    say(`a Story of ${size} entries took ${((performance.now() - begun) / 1_000).toFixed(1)} s to write`)
  }
  return stories
}

async function writeStory(bench: Bench, size: number, readers: number): Promise<Story> {
  const folder = bench.folder(`story-${size}`)
  const wire = new Wire()
  const author = join(folder, 'author')
  const directories = Array.from({ length: readers }, (_, index) => join(folder, `reader-${index}`))
  const host = await openInside(author, 'Ada', wire)
  const others = await Promise.all(directories.map((directory, index) => openInside(directory, `Bo ${index}`, wire)))
  const id = await realm(host, others, 'The class')
  await wire.quiet()
  for (const other of others) await other.close()
  await fillStory(host, id, 0, size)
  await host.close()
  return { size, id, author, readers: directories }
}
