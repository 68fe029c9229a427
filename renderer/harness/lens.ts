import type { Manifest } from '../canvas.ts'
import { inboxManifest } from '../canvases/inbox/manifest.ts'
import { storyManifest } from '../canvases/story/manifest.ts'
import { vaultManifest } from '../canvases/vault/manifest.ts'

const canvases: readonly Manifest[] = [vaultManifest, storyManifest, inboxManifest]

/** CanvasLens: which canvas shows an artifact. What has none of its own is shown as a field. */
export function lens(type: string): Manifest {
  return canvases.find((manifest) => manifest.shows.includes(type)) ?? vaultManifest
}
