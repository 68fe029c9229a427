import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlayerId } from '../../../shared/ids.ts'
import { audience, type Grant, isExpired, isGranted, mayKeep, mayView } from './access.ts'

const names = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64) as PlayerId)
const player = fc.constantFrom(...names)
const time = fc.integer({ min: 0, max: 1_000 })
const mode = fc.constantFrom(
  'revocable' as const,
  'permanent' as const,
  'timed' as const,
  'transfer' as const,
  'public' as const,
)
const grant: fc.Arbitrary<Grant> = fc.record({
  grantee: player,
  mode,
  expiresAt: time,
  grantedAt: time,
  grantedBy: player,
})
const grants = fc.array(grant, { maxLength: 8 })

function one(given: Partial<Grant>): Grant {
  return { grantee: names[1] as PlayerId, mode: 'revocable', grantedAt: 0, grantedBy: names[0] as PlayerId, ...given }
}

const [steward, guest, stranger] = names as [PlayerId, PlayerId, PlayerId]

test.each([
  ['revocable', { view: true, keep: false }],
  ['permanent', { view: true, keep: true }],
  ['transfer', { view: false, keep: false }],
] as const)('ACC-7 %s: view and keep', (given, expected) => {
  const list = [one({ mode: given })]
  expect({ view: mayView(guest, steward, list, 5), keep: mayKeep(guest, steward, list, 5) }).toEqual(expected)
  expect(mayView(stranger, steward, list, 5)).toBe(false)
})

test('ACC-8 timed holds until now ≥ expiresAt, to the millisecond, and without a time not at all', () => {
  const list = [one({ mode: 'timed', expiresAt: 100 })]
  expect(mayView(guest, steward, list, 99)).toBe(true)
  expect(mayView(guest, steward, list, 100)).toBe(false)
  expect(audience(steward, list, 99)).toEqual([steward, guest])
  expect(audience(steward, list, 100)).toEqual([steward])
  expect(isExpired(one({ mode: 'timed' }), 0)).toBe(true)
})

test('AUTH-9 public makes readers of everyone and audience of nobody', () => {
  const list = [one({ mode: 'public', grantee: '*' })]
  expect(mayView(stranger, steward, list, 5)).toBe(true)
  expect(mayKeep(stranger, steward, list, 5)).toBe(false)
  expect(audience(steward, list, 5)).toEqual([steward])
})

test('ACC-2 the audience has the steward first, everyone once, and nobody who may not see', () => {
  fc.assert(
    fc.property(player, grants, time, (by, list, now) => {
      const all = audience(by, list, now)
      expect(all[0]).toBe(by)
      expect(new Set(all).size).toBe(all.length)
      for (const each of all) expect(mayView(each, by, list, now)).toBe(true)
    }),
  )
})

test('ACC-11 only a permanent grant, or being the steward, lets one keep', () => {
  fc.assert(
    fc.property(player, player, grants, time, (who, by, list, now) => {
      const isPermanent = list.some((each) => each.grantee === who && each.mode === 'permanent')
      expect(mayKeep(who, by, list, now)).toBe(who === by || isPermanent)
      if (mayKeep(who, by, list, now)) expect(mayView(who, by, list, now)).toBe(true)
    }),
  )
})

test('ACC-5 a second unexpired grant is one too many; an expired one may be replaced', () => {
  expect(isGranted(guest, [one({})], 5)).toBe(true)
  expect(isGranted(guest, [one({ mode: 'timed', expiresAt: 5 })], 5)).toBe(false)
  expect(isGranted(stranger, [one({})], 5)).toBe(false)
})
