import { expect, test } from 'vitest'
import { exportFileName, exportName } from './export-name.ts'

test('VAULT-5 a name becomes one part of a path, whatever it tries', () => {
  const tricks = [
    '../../etc/passwd',
    '..\\..\\x',
    '/root',
    'C:\\x',
    '...',
    '.hidden',
    'a\0b',
    'a\nb',
    'a\u202eb',
    '\ud800',
  ]
  for (const trick of [...tricks, 'x'.repeat(5_000), '🦊'.repeat(500), 'end. . ', '']) {
    const name = exportName(trick, 'other')
    expect(name).not.toMatch(/[/\\:\p{C}]|^\.|[. ]$/u)
    expect(name.length).toBeGreaterThan(0)
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(80)
  }
  expect(exportName('../..', 'other')).toBe('other')
  expect(exportName('Notes: of  May', 'other')).toBe('Notes of May')
})

test('VAULT-5 no name is one that Windows reserves', () => {
  for (const name of ['CON', 'nul', 'com1', 'LPT9', 'aux.txt']) expect(exportName(name, 'other')).toBe(`_${name}`)
  expect(exportFileName('nul.png', 'other')).toBe('_nul.png')
})

test('VAULT-5 a file keeps its ending, and nothing but an ending', () => {
  expect(exportFileName(`${'x'.repeat(500)}.jpeg`, 'other')).toMatch(/^x{80}\.jpeg$/)
  expect(exportFileName('a./../b', 'other')).not.toContain('/')
  expect(exportFileName('.png', 'other')).toBe('other.png')
})
