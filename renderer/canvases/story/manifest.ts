import type { Manifest } from '../../canvas.ts'
import { StoryCanvas } from './story-canvas.tsx'

export const storyManifest: Manifest = {
  canvasId: 'story',
  shows: ['story'],
  surface: 'page',
  component: StoryCanvas,
}
