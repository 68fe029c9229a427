import { expect, test } from 'vitest'
import { allowance } from './allowance.ts'
import { backoff } from './backoff.ts'

test('SWARM-40 waits double from 1 s to 60 s, never jittered below half, and begin anew after success', () => {
  for (const [random, factor] of [
    [0, 1],
    [1, 0.5],
  ] as const) {
    const retry = backoff(() => random)
    expect(retry.due(0)).toBe(true)
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      retry.attempted(0)
      expect([retry.due(seconds * factor * 1_000 - 1), retry.due(seconds * factor * 1_000)]).toEqual([false, true])
    }
    retry.worked(0)
    expect([retry.due(1_000 * factor - 1), retry.due(1_000 * factor)]).toEqual([false, true])
  }
})

test('SWARM-41 a reason to hurry shortens any wait', () => {
  const retry = backoff(() => 0.5)
  for (let i = 0; i < 10; i++) retry.attempted(0)
  retry.hurry(1_000, 100)
  expect([retry.due(1_049), retry.due(1_050)]).toEqual([false, true])
})

test('SWARM-42 an allowance gives its burst at once and its rate after, and saves up no more than the burst', () => {
  const frames = allowance(3, 2)
  const taken = (now: number) => [1, 2, 3, 4].filter(() => frames.take(now)).length
  expect([taken(0), taken(0), taken(500), taken(1_500), taken(60_000)]).toEqual([3, 0, 1, 2, 3])
})
