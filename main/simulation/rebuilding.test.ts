import { expect, test } from 'vitest'
import { pair, second, textsOf } from './gathering.ts'

test('DM-1 two go on talking after everything was made again from the logs on both sides', () => {
  const { world, ana, bo, id } = pair(600)
  ana.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  for (const node of [ana, bo]) node.take({ type: 'projections-lost' })
  expect(ana.must('artifact.get', { id }).audience.toSorted()).toEqual([ana.id, bo.id].sort())
  ana.must('story.send', { storyId: id, text: 'after' })
  world.pass(1_000)
  bo.must('story.send', { storyId: id, text: 'an answer' })
  world.pass(1_000)
  for (const node of [ana, bo]) expect(textsOf(node, id)).toEqual(['before', 'after', 'an answer'])
})

test('DM-1 a conversation with somebody who is no peer any more keeps its two people and its words when made again', () => {
  const { world, ana, bo, id } = pair(601)
  bo.must('story.send', { storyId: id, text: 'before' })
  world.pass(1_000)
  ana.must('peer.remove', { playerId: bo.id })
  const before = ana.must('artifact.get', { id }).audience
  ana.take({ type: 'projections-lost' })
  expect(ana.must('artifact.get', { id }).audience).toEqual(before)
  expect(textsOf(ana, id)).toEqual(['before'])
})

test('KEY-1 what a peer’s second device said still counts when everything is made again', () => {
  const { world, ana, bo, id } = pair(602)
  const phone = second(world, bo)
  world.pass(5_000)
  phone.must('story.send', { storyId: id, text: 'from the phone' })
  world.pass(5_000)
  ana.strand(1)
  ana.take({ type: 'projections-lost' })
  expect(textsOf(ana, id)).toEqual(['from the phone'])
})
