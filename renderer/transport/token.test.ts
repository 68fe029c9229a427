import { expect, it } from 'vitest'
import { takeToken } from './token.ts'

function page(hash: string, protocol = 'http:') {
  const kept = new Map<string, string>()
  const shown: string[] = []
  const take = (again = hash) =>
    takeToken(
      { hash: again, pathname: '/', search: '', protocol },
      { replaceState: (_data, _title, url) => void shown.push(String(url)) },
      { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    )
  return { take, shown }
}

it('TOKEN-1 is taken out of the address and found again after a reload of the same tab', () => {
  for (const hash of ['#token=abc-_1', '#abc-_1']) {
    const { take, shown } = page(hash)
    expect(take()).toBe('abc-_1')
    expect(shown).toEqual(['/'])
    expect(take('')).toBe('abc-_1')
  }
})

it('TOKEN-2 is not looked for where a window hands over a port', () => {
  expect(page('#token=abc', 'indra-app:').take()).toBeUndefined()
  expect(page('').take()).toBeUndefined()
})
