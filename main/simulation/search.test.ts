import { expect, test } from 'vitest'
import { utf8 } from '../crypto/bytes.ts'
import { entriesOf, gather, pair } from './gathering.ts'
import type { Node } from './world.ts'

const found = (node: Node, query: string) => node.must('artifact.search', { query }).map((hit) => hit.snippet)

test('VAULT-3 finds names and what was said, by the beginning of each word, accents and case aside', () => {
  const { world, ana, bo, id } = pair(1_300)
  ana.must('story.send', { storyId: id, text: 'Ich komme morgen zum Frühstück, mit Brötchen' })
  ana.must('story.send', { storyId: id, text: '明日は東京へ行きます' })
  bo.must('realm.create', { name: 'Frühstücksrunde' })
  world.pass(2_000)
  expect(found(bo, 'fruhst')).toEqual(['Frühstücksrunde', 'Ich komme morgen zum Frühstück, mit Brötchen'])
  expect(found(bo, 'MORGEN brot')).toEqual(['Ich komme morgen zum Frühstück, mit Brötchen'])
  expect(found(bo, '東京')).toEqual(['明日は東京へ行きます'])
  expect(found(bo, 'morgen tee')).toEqual([])
  expect(found(bo, '   ')).toEqual([])
  expect(found(bo, '"; DROP TABLE words; --')).toEqual([])
})

test('VAULT-3 an edit is found by its new words only, a deletion not at all, a hidden entry not in that copy', () => {
  const { world, nodes, id } = gather(1_301, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const { entryId } = ana.must('story.send', { storyId: id, text: 'the blue boat' })
  const other = ana.must('story.send', { storyId: id, text: 'the red lighthouse' })
  world.pass(2_000)
  expect(found(bo, 'blue')).toHaveLength(1)
  ana.must('story.edit', { storyId: id, entryId, text: 'the green boat' })
  ana.must('story.delete', { storyId: id, entryId: other.entryId })
  world.pass(2_000)
  for (const node of [ana, bo]) {
    expect(found(node, 'blue')).toEqual([])
    expect(found(node, 'green')).toEqual(['the green boat'])
    expect(found(node, 'lighthouse')).toEqual([])
  }
})

test('VAULT-3 what was lost with a membership is not found any more; a rebuilt index finds the same', () => {
  const { world, nodes, id } = gather(1_302, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  for (let number = 0; number < 300; number += 1) {
    ana.must('story.send', { storyId: id, text: `entry ${number} about ${number % 2 === 0 ? 'walnuts' : 'plums'}` })
  }
  world.pass(5_000)
  const before = cy.must('artifact.search', { query: 'walnut', limit: 50 })
  expect(before).toHaveLength(50)
  expect(before[0]?.entryId).toBe(entriesOf(cy, id).findLast((entry) => entry.text.includes('walnuts'))?.entryId)
  cy.take({ type: 'projections-lost' })
  world.pass(1_000)
  expect(cy.must('artifact.search', { query: 'walnut', limit: 50 })).toEqual(before)
  expect(found(bo, 'plums')).not.toEqual([])
  ana.must('artifact.revoke', { id, grantee: bo.id })
  world.pass(2_000)
  expect(found(bo, 'plums')).toEqual([])
})

test('VAULT-3 the words of what is found are not in the vault in clear', () => {
  const { world, ana, id } = pair(1_303)
  ana.must('story.send', { storyId: id, text: 'xylophonecanary' })
  world.pass(2_000)
  expect(found(ana, 'xylophone')).toHaveLength(1)
  const dump = ana.vault.dump()
  expect(dump).not.toContain('xylophone')
  expect(dump).not.toContain(Buffer.from('xylophone').toString('hex'))
})

test('VAULT-3 finds what stands in a Document, also after a rebuild and a restart', () => {
  const { world, ana, bo } = pair(1_304)
  const document = ana.must('artifact.create', { type: 'document', name: 'Minutes' }).id
  ana.must('artifact.grant', { id: document, grantee: bo.id, mode: 'revocable' })
  world.pass(2_000)
  bo.must('document.edit', { id: document, ops: [{ at: 0, delete: 0, insert: 'We plant the rhubarb in spring.' }] })
  world.pass(2_000)
  expect(found(ana, 'rhubarb')).toEqual(['We plant the rhubarb in spring.'])
  ana.must('document.edit', { id: document, ops: [{ at: 13, delete: 7, insert: 'leek' }] })
  world.pass(2_000)
  expect(found(bo, 'rhubarb')).toEqual([])
  bo.take({ type: 'projections-lost' })
  world.pass(1_000)
  bo.crash()
  bo.boot()
  world.pass(1_000)
  expect(bo.must('artifact.search', { query: 'leek' }).map((hit) => hit.id)).toEqual([document])
})

test('VAULT-3 finds pictures and files by their names, each under its own id, and none that were taken away', () => {
  const { world, nodes, id } = gather(1_305, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  ana.blobs.files.set('/home/ana/quarry at dawn.txt', utf8('stone'))
  const made = ana.must('artifact.import', { path: '/home/ana/quarry at dawn.txt', parentId: id })
  world.pass(2_000)
  expect(bo.must('artifact.search', { query: 'quarry' })).toMatchObject([{ id: made.id, name: 'quarry at dawn.txt' }])
  const { items } = bo.must('story.entries', { storyId: id })
  const entryId = items.find((entry) => entry.artifactId === made.id)?.entryId
  if (!entryId) throw new Error('not in the Story')
  ana.must('story.delete', { storyId: id, entryId })
  world.pass(2_000)
  expect(found(bo, 'quarry')).toEqual([])
})
