import { expect, test } from 'vitest'
import { entriesOf, gather, textsOf } from './gathering.ts'

test('STORY-1 what three said while apart stands in one order for all, replies after what they answer', () => {
  const { world, nodes, id } = gather(720, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const first = ana.must('story.send', { storyId: id, text: 'who comes?' })
  world.pass(1_000)
  for (const [island, node] of nodes.entries()) node.strand(island)
  for (const node of nodes)
    for (const count of [1, 2, 3])
      node.must('story.send', { storyId: id, text: `${node.name} ${count}`, replyTo: first.entryId })
  world.heal()
  const order = textsOf(ana, id)
  expect(order).toHaveLength(10)
  expect(order[0]).toBe('who comes?')
  for (const node of [bo, cy]) expect(textsOf(node, id)).toEqual(order)
  for (const node of nodes)
    expect(order.filter((text) => text.startsWith(node.name))).toEqual(
      [1, 2, 3].map((count) => `${node.name} ${count}`),
    )
})

test('STORY-2 the newest edit shows, deletion wins over edits in any order, and what is deleted is not shown', () => {
  const { world, nodes, id } = gather(721, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const { entryId } = ana.must('story.send', { storyId: id, text: 'first' })
  ana.must('story.edit', { storyId: id, entryId, text: 'second' })
  ana.must('story.edit', { storyId: id, entryId, text: 'third' })
  world.pass(1_000)
  expect(entriesOf(bo, id)[0]).toMatchObject({ text: 'third' })
  expect(entriesOf(bo, id)[0]?.editedAt).toBeGreaterThan(0)
  ana.must('story.delete', { storyId: id, entryId })
  const late = ana.ask('story.edit', { storyId: id, entryId, text: 'fourth' })
  world.pass(1_000)
  expect(late.ok && entriesOf(bo, id)[0]?.text).not.toBe('fourth')
  for (const node of nodes) expect(entriesOf(node, id)[0]).toMatchObject({ text: '', deleted: true })
})

test('STORY-3 reactions of all unite, and the newest word of each counts', () => {
  const { world, nodes, id } = gather(722, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  const { entryId } = ana.must('story.send', { storyId: id, text: 'bread?' })
  world.pass(1_000)
  const react = (node: typeof ana, emoji: string, on: boolean) =>
    node.must('story.react', { storyId: id, entryId, emoji, on })
  for (const node of nodes) react(node, '👍', true)
  react(bo, '✨', true)
  react(cy, '👍', false)
  world.pass(2_000)
  for (const node of nodes) {
    const reactions: Record<string, string[]> = entriesOf(node, id)[0]?.reactions ?? {}
    expect({ '👍': reactions['👍']?.toSorted(), '✨': reactions['✨'] }).toEqual({
      '👍': [ana.id, bo.id].sort(),
      '✨': [bo.id],
    })
  }
})
