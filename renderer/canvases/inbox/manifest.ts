import type { Manifest } from '../../canvas.ts'
import { InboxCanvas } from './inbox-canvas.tsx'

export const inboxManifest: Manifest = {
  canvasId: 'inbox',
  shows: ['inbox'],
  surface: 'page',
  component: InboxCanvas,
}
