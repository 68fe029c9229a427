import { describe, expect, it } from 'vitest'
import type { Client } from '../../shared/rpc.ts'
import { artifact } from '../sample.fixture.ts'
import { newAttention } from './attention.ts'

const vault = artifact(1)
const bo = artifact(2)
const ines = artifact(3)

function scene() {
  const said: string[] = []
  let due: (() => void) | undefined
  const ask: Client['call'] = (type, args) => {
    said.push(`${type} ${'to' in args ? Number.parseInt(String(args.to).slice(4), 16) : ''}`.trim())
    return new Promise(() => {})
  }
  const attention = newAttention(ask, (milliseconds, then) => {
    expect(milliseconds).toBe(400)
    due = then
    return () => {
      due = undefined
    }
  })
  return { attention, said, stay: () => due?.() }
}

describe('attention', () => {
  it('ATTN-8 passing over is not attention: it counts after the dwell', () => {
    const { attention, said, stay } = scene()
    attention.moved([vault])
    stay()
    attention.moved([vault, bo])
    attention.moved([vault, bo])
    expect(said).toEqual(['attention.navigate 1'])
    stay()
    expect(said).toEqual(['attention.navigate 1', 'attention.navigate 2'])
  })

  it('DWELL-2 stepping out is told at once, and only of what was told', () => {
    const { attention, said, stay } = scene()
    attention.moved([vault])
    stay()
    attention.moved([vault, bo])
    attention.moved([vault])
    expect(said).toEqual(['attention.navigate 1'])
    attention.moved([vault, bo])
    stay()
    attention.moved([vault])
    expect(said).toEqual(['attention.navigate 1', 'attention.navigate 2', 'attention.back 1'])
  })

  it('DWELL-1 going across steps back to where the ways part, then counts after the dwell', () => {
    const { attention, said, stay } = scene()
    attention.moved([vault, bo])
    stay()
    attention.moved([vault, ines])
    expect(said).toEqual(['attention.navigate 2', 'attention.back 1'])
    stay()
    expect(said.at(-1)).toBe('attention.navigate 3')
  })

  it('DWELL-3 closing the window says farewell once, and only after a beginning', () => {
    const { attention, said, stay } = scene()
    attention.ended()
    expect(said).toEqual([])
    attention.moved([vault])
    stay()
    attention.ended()
    attention.ended()
    expect(said).toEqual(['attention.navigate 1', 'attention.end'])
  })
})
