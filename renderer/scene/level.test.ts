import { describe, expect, it } from 'vitest'
import { reachOf } from './camera.ts'
import { entered, leavingScale, levelOf } from './level.ts'

const size = { w: 1440, h: 900 }
const card = { id: 'card', box: { x: 100, y: 50, w: 300, h: 168 } }

describe('level', () => {
  it('SCENE-22 a thing is a mark, then a title, then a preview', () => {
    expect([0.02, 0.3, 1].map((scale) => levelOf(300, scale))).toEqual(['dot', 'far', 'near'])
  })

  it('SCENE-23 zooming in enters what fills the window under the pointer, and nothing else', () => {
    const close = { x: 100, y: 50, k: 3.2 }
    expect(entered(close, size, { x: 720, y: 450 }, [card])).toBe(card)
    expect(entered({ ...close, k: 1 }, size, { x: 720, y: 450 }, [card])).toBeUndefined()
    expect(entered(close, size, { x: 5, y: 5 }, [card])).toBeUndefined()
  })

  it('SCENE-24 seeing everything is not yet leaving', () => {
    const reach = reachOf(card.box, size, { top: 0, right: 0, bottom: 0, left: 0 })
    expect(leavingScale(reach)).toBeLessThan(reach.least)
  })
})
