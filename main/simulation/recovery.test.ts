import { expect, test } from 'vitest'
import { befriend, gather, pair, textsOf, viewOf } from './gathering.ts'
import type { Node, World } from './world.ts'

/** A new vault that becomes its player by the words, and asks one person it remembers. */
function recovered(world: World, words: readonly string[], friend: Node): Node {
  const node = world.add('New laptop')
  node.must('identity.recover', { words: [...words] })
  node.must('identity.rename', { name: 'Ana' })
  node.must('peer.add', { code: friend.code })
  for (let times = 0; times < 3; times += 1) world.heal()
  return node
}

test('KEY-1 from 24 words comes the same player, with what was shared, and the seats', () => {
  const { world, nodes, id } = gather(960, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  befriend(world, ana, bo)
  const dm = ana.must('story.dm', { playerId: bo.id }).id
  ana.must('story.send', { storyId: dm, text: 'remember' })
  world.pass(1_000)
  bo.must('story.send', { storyId: dm, text: 'I do' })
  ana.must('story.send', { storyId: id, text: 'mine' })
  const others = bo.must('realm.create', { name: 'Bo’s' }).id
  bo.must('artifact.grant', { id: others, grantee: ana.id, mode: 'revocable' })
  bo.must('story.send', { storyId: others, text: 'theirs' })
  world.heal()
  const { words } = ana.must('identity.phrase', {})
  const player = ana.id
  ana.crash()
  world.nodes.splice(world.nodes.indexOf(ana), 1)
  const fresh = recovered(world, words, bo)
  expect(fresh.id).toBe(player)
  expect(textsOf(fresh, dm)).toEqual(['remember', 'I do'])
  expect(textsOf(fresh, id)).toEqual(['mine'])
  expect(textsOf(fresh, others)).toEqual(['theirs'])
  fresh.must('story.send', { storyId: id, text: 'back' })
  fresh.must('story.send', { storyId: dm, text: 'and here' })
  world.heal()
  for (const node of [bo, cy]) expect(textsOf(node, id), node.name).toEqual(['mine', 'back'])
  expect(textsOf(bo, dm)).toEqual(['remember', 'I do', 'and here'])
  fresh.must('artifact.revoke', { id, grantee: cy.id })
  fresh.must('story.send', { storyId: id, text: 'without Cy' })
  world.heal()
  expect(textsOf(cy, id)).not.toContain('without Cy')
  expect(textsOf(bo, id)).toContain('without Cy')
  expect(viewOf(fresh, id)).toBe(viewOf(bo, id))
  expect(fresh.must('device.list', {})).toHaveLength(1)
  expect(fresh.must('vault.verify', {})).toEqual({ ok: true, problems: [] })
})

test('KEY-1 the device that was lost is served no more once the words were used', () => {
  const { world, ana, bo, id } = pair(961)
  const { words } = ana.must('identity.phrase', {})
  const lost = ana
  lost.strand(1)
  world.pass(1_000)
  const fresh = world.add('New laptop')
  fresh.must('identity.recover', { words })
  fresh.must('peer.add', { code: bo.code })
  world.pass(80_000)
  bo.must('story.send', { storyId: id, text: 'to the new one only' })
  world.heal()
  world.heal()
  expect(textsOf(fresh, id)).toEqual(['to the new one only'])
  expect(textsOf(lost, id)).toEqual([])
  expect(lost.must('identity.get', {}).removed).toBe(true)
})

test('KEY-1 words that are wrong are named a fault, and nothing is written; a vault in use is not given away', () => {
  const { world, ana } = pair(962)
  const { words } = ana.must('identity.phrase', {})
  const node = world.add('Empty')
  const before = node.id
  const swapped = [words[1] ?? '', words[0] ?? '', ...words.slice(2)]
  for (const wrong of [[], words.slice(1), [...words, 'zoo'], words.with(3, 'indra'), swapped]) {
    expect(node.ask('identity.recover', { words: wrong })).toMatchObject({ fault: { code: 'InvalidArguments' } })
    expect(node.id).toBe(before)
  }
  node.must('realm.create', { name: 'Mine' })
  expect(node.ask('identity.recover', { words })).toMatchObject({ fault: { code: 'NotPermitted' } })
})

test('KEY-1 a rehearsal asks for three of the words, shows none, and remembers that it went well', () => {
  const { ana } = pair(963)
  const { words } = ana.must('identity.phrase', {})
  expect(ana.ask('identity.rehearse', { words: ['a', 'b', 'c'] })).toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
  const first = ana.must('identity.rehearsal', {}).positions
  expect(new Set(first).size).toBe(3)
  const wrong = ana.ask('identity.rehearse', { words: ['zoo', 'zoo', 'zoo'] })
  expect(wrong).toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(ana.must('identity.get', {}).rehearsedAt).toBeUndefined()
  const { positions } = ana.must('identity.rehearsal', {})
  const typed = positions.map((position) => ` ${(words[position - 1] ?? '').toUpperCase()} `)
  ana.must('identity.rehearse', { words: typed })
  expect(ana.must('identity.get', {}).rehearsedAt).toBeGreaterThan(0)
})
