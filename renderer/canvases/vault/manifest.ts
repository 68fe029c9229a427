import type { Manifest } from '../../canvas.ts'
import { VaultCanvas } from './vault-canvas.tsx'

/** The field: what lies in a Vault, a Collection or any Tree without a canvas of its own. */
export const vaultManifest: Manifest = {
  canvasId: 'vault',
  shows: ['vault', 'collection', 'gallery'],
  surface: 'field',
  component: VaultCanvas,
}
