import { expect, it } from 'vitest'
import { aChild, artifact } from './sample.fixture.ts'
import { keepDraft, keepPlaces, newStore, say, select, take } from './store.ts'

const tree = artifact(0)

it('STORE-14 everything that happened at once is one redraw, and nothing new is none', () => {
  const store = newStore()
  let redraws = 0
  store.subscribe(() => redraws++)
  const happenings = [
    { type: 'children', id: tree, offset: 0, items: [aChild(1)], total: 1 },
    { type: 'child', treeId: tree, child: aChild(1, { unread: 1 }) },
  ] as const
  take(store, happenings)
  expect(redraws).toBe(1)
  take(store, happenings.slice(1))
  expect(redraws).toBe(1)
})

it('STORE-15 a draft is kept until it is empty, a choice until another is made', () => {
  const store = newStore()
  keepDraft(store, tree, 'on my')
  expect(store.getState().drafts.get(tree)).toBe('on my')
  keepDraft(store, tree, '')
  expect(store.getState().drafts.has(tree)).toBe(false)
  select(store, tree, 'ref 1')
  select(store, tree, undefined)
  expect(store.getState().selection.has(tree)).toBe(false)
})

it('STORE-16 places this surface knows by itself are left to the core again', () => {
  const store = newStore()
  keepPlaces(store, tree, new Map([['ref 1', { x: 1, y: 2 }]]))
  keepPlaces(store, tree, new Map([['ref 1', undefined]]))
  expect(store.getState().places.get(tree)?.size).toBe(0)
})

it('STORE-17 the same words are said again', () => {
  const store = newStore()
  say(store, 'Nothing unseen')
  say(store, 'Nothing unseen')
  expect(store.getState().said).toEqual({ text: 'Nothing unseen', count: 2 })
})
