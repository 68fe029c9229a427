import { expect, it } from 'vitest'
import { deliveryWords, isStale } from './delivery-words.ts'

const now = 1_000_000_000
const words = (state: 'queued' | 'local' | 'kept' | 'partial' | 'everyone', have = 0, of = 1, asOf = now) =>
  deliveryWords({ state, have, of, asOf }, now, 'Bo')

it('DELIVERY-1 says where a message is known to be', () => {
  expect(words('local')).toBe('Here only')
  expect(words('partial', 1, 3)).toBe('With 1 of 3')
  expect(words('everyone', 1, 1)).toBe('With Bo')
  expect(words('everyone', 3, 3)).toBe('With everyone')
  expect(new Set([words('queued'), words('local'), words('kept')]).size).toBe(3)
})

it('DELIVERY-2 older knowledge is said to be older; what lies only here is always known', () => {
  const anHourAgo = now - 3_600_000
  expect(words('partial', 1, 3, anHourAgo)).toMatch(/^With 1 of 3, as known .+/)
  expect(isStale({ state: 'everyone', have: 1, of: 1, asOf: anHourAgo }, now)).toBe(true)
  expect(words('local', 0, 1, anHourAgo)).toBe('Here only')
})

it('DELIVERY-3 says who has read it where they say so', () => {
  expect(deliveryWords({ state: 'partial', have: 2, of: 3, read: 1, asOf: now }, now)).toBe('With 2 of 3, read by 1')
})
