import { expect, it } from 'vitest'
import { actionOf, type Pressed } from './keys.ts'

function press(key: string, over: Partial<Pressed> = {}): Pressed {
  return { key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...over }
}

it('KEYS-1 arrows choose, with Shift they move', () => {
  expect(actionOf(press('ArrowLeft'))).toEqual({ act: 'choose', direction: 'left' })
  expect(actionOf(press('ArrowDown', { shiftKey: true }))).toEqual({ act: 'move', direction: 'down' })
})

it('KEYS-2 letters mean the same with and without capitals, and nothing with the keys of the system', () => {
  expect(actionOf(press('O', { shiftKey: true }))).toEqual(actionOf(press('o')))
  for (const key of ['f', 'n', 'c', 'ArrowLeft', '-']) {
    expect(actionOf(press(key, { ctrlKey: true }))).toBeUndefined()
    expect(actionOf(press(key, { metaKey: true }))).toBeUndefined()
    expect(actionOf(press(key, { altKey: true }))).toBeUndefined()
  }
})

it('KEYS-3 every key that is promised means something, and nothing else does', () => {
  const promised = ['Enter', 'Escape', 'Home', 'f', 'n', 'o', 'c', 'm', 'i', 'w', 'F2', 'Delete', '?', '+', '-']
  for (const key of promised) expect(actionOf(press(key))).toBeDefined()
  for (const key of ['Tab', ' ', 'a', 'toString', '__proto__', 'F5']) expect(actionOf(press(key))).toBeUndefined()
})
