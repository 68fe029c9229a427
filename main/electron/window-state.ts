import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type BrowserWindow, type Rectangle, screen } from 'electron'
import { z } from 'zod'

/** Where a window stood, in the screen's points. */
export type WindowState = Rectangle & { readonly maximized: boolean }

const point = z.number().int().min(-100_000).max(100_000)
const size = z.number().int().min(1).max(100_000)
const windowState = z.object({ x: point, y: point, width: size, height: size, maximized: z.boolean() })

/** What was kept in `file`; nothing when it is not understood, or the window would now lie where nobody can reach it. */
export function keptState(file: string): WindowState | undefined {
  try {
    const state = windowState.parse(JSON.parse(readFileSync(file, 'utf8')))
    return isReachable(state) ? state : undefined
  } catch {
    return undefined
  }
}

/** Keeps in `file` where the window stands whenever it is closed. Not worth a word when that fails. */
export function keepState(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    const state: WindowState = { ...window.getNormalBounds(), maximized: window.isMaximized() }
    try {
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch {
      // the next one opens where the one before did
    }
  })
}

/** `X,Y,WIDTH,HEIGHT` */
export function statedPlace(place: string): WindowState {
  const [x = 0, y = 0, width = 1, height = 1] = place.split(',').map(Number)
  return { x, y, width, height, maximized: false }
}

/** Enough of its upper edge to take hold of lies on some screen. */
function isReachable({ x, y, width }: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const isAcross = x + width >= workArea.x + 100 && x <= workArea.x + workArea.width - 100
    return isAcross && y >= workArea.y && y <= workArea.y + workArea.height - 40
  })
}
