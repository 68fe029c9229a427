import type { ComponentType } from 'react'
import type { ArtifactId, EntryId } from '../shared/ids.ts'
import type { Client } from '../shared/rpc.ts'
import type { Field } from './field.ts'
import type { Mirror } from './mirror.ts'
import type { View } from './scene/camera.ts'
import type { Size } from './scene/geometry.ts'
import type { Panel } from './store.ts'

/**
 * What a canvas is given, and all it may use besides `ui/`: a projection to render and ways to say what the person
 * wants. It orchestrates nothing, persists nothing and opens no connection.
 */
export type CanvasProps = {
  readonly id: ArtifactId
  /** the room's own name, as far as it is known */
  readonly name: string
  /** reads the mirror and redraws when what was read changes */
  readonly useMirror: <T>(select: (mirror: Mirror) => T) => T
  readonly ask: Client['call']
  readonly go: Go
  readonly stage: Stage
  readonly draft: Draft
  /** what lies around, for canvases that show it */
  readonly field: Field
  readonly chosen: string | undefined
  /** `false` where the canvas is a guest beside another room, as in the rail: it takes no focus by itself */
  readonly isRoom: boolean
}

/** Ways to move and to ask the frame for something. */
export type Go = {
  enter(refId: string): void
  to(id: ArtifactId): void
  home(): void
  choose(refId: string | undefined): void
  place(refId: string, x: number, y: number): void
  open(panel: Panel): void
  /** politely, to those who listen */
  say(text: string): void
  /** to everyone: what was refused and why */
  warn(text: string): void
  older(id: ArtifactId, before: EntryId): Promise<void>
  refresh(id: ArtifactId): void
  /** asks again who waits at the door */
  letters(): void
}

/** The camera over the room: outside React, one change per frame. */
export type Stage = {
  view(): View
  size(): Size
  listen(listener: (view: View, isMoving: boolean) => void): () => void
}

/** Words begun and not sent, kept while the window is open. */
export type Draft = { readonly text: string; keep(text: string): void }

/** Adding a canvas means adding a folder with one of these and its component. */
export type Manifest = {
  readonly canvasId: string
  /** types of artifact it can show */
  readonly shows: readonly string[]
  /** `field`: its children lie around under the camera; `page`: it fills the window and scrolls by itself */
  readonly surface: 'field' | 'page'
  readonly component: ComponentType<CanvasProps>
}
