import { type RefObject, useEffect, useState } from 'react'
import type { Stage } from '../../canvas.ts'
import type { View } from '../../scene/camera.ts'

/** While the camera moves, what is in sight is looked at again so often at most, in milliseconds. */
const look = 250

/** While it moves, a picture may be shown so much larger or smaller than it was drawn, as a logarithm. */
const tolerable = Math.log(1.7)

/**
 * Moves the one layer everything lies on, frame by frame and outside React; answers with the view that cards are chosen
 * and drawn for: every now and then while moving, and exactly when at rest.
 */
export function useLayer(stage: Stage, layer: RefObject<HTMLDivElement | null>): View {
  const [settled, settle] = useState(stage.view)
  useEffect(() => {
    let looked = 0
    let drawnAt = stage.view().k
    const put = (view: View, isMoving: boolean) => {
      const element = layer.current
      if (!element) return
      const { w, h } = stage.size()
      element.style.transform = `translate(${w / 2 - view.x * view.k}px, ${h / 2 - view.y * view.k}px) scale(${view.k})`
      if (isMoving && performance.now() - looked < look) return
      looked = performance.now()
      const change = Math.abs(Math.log(view.k / drawnAt))
      if (change > (isMoving ? tolerable : 0)) {
        drawnAt = view.k
        redraw(element)
      }
      settle(view)
    }
    put(stage.view(), false)
    return stage.listen(put)
  }, [stage, layer])
  return settled
}

/** The layer is kept as a picture while it moves; at a new scale that picture is drawn anew, sharp. */
function redraw(element: HTMLElement): void {
  element.style.willChange = 'auto'
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      element.style.willChange = ''
    }),
  )
}
