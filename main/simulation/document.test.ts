import { expect, test } from 'vitest'
import { textOf, type, writing } from './writing.ts'

test('DOC-1 what several people type at once is one text at each of them', () => {
  const { world, nodes, id } = writing(700, ['Ana', 'Bo', 'Cy'])
  const [ana, bo, cy] = nodes
  type(ana, id, 0, 'one two three')
  world.pass(1_000)
  expect(nodes.map((node) => textOf(node, id))).toEqual(Array(3).fill('one two three'))
  type(ana, id, 0, 'A')
  type(bo, id, 4, 'B', 3)
  type(cy, id, 13, 'C👩‍👩‍👧é')
  world.pass(1_000)
  expect(nodes.map((node) => textOf(node, id))).toEqual(Array(3).fill('Aone B threeC👩‍👩‍👧é'))
  expect(new Set(nodes.map((node) => node.must('document.text', { id }).heads.join())).size).toBe(1)
})

test('DOC-1 a text is there again after a crash, after the cache is lost, and after everything is made anew', () => {
  const { world, nodes, id } = writing(701, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  type(ana, id, 0, 'written by Ana')
  world.pass(1_000)
  type(bo, id, 14, ', and by Bo')
  bo.crash()
  world.heal()
  for (const node of nodes) {
    expect(textOf(node, id)).toBe('written by Ana, and by Bo')
    const { heads } = node.must('document.text', { id })
    node.take({ type: 'projections-lost' })
    world.pass(200)
    expect(node.must('document.text', { id })).toEqual({ text: 'written by Ana, and by Bo', heads })
  }
})

test('DOC-1 a long text is typed whole, and taken out whole', () => {
  const { world, nodes, id } = writing(702, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const long = '𝔘nicode and more. '.repeat(1_500)
  type(bo, id, 0, long)
  world.pass(3_000)
  expect(textOf(ana, id) === long).toBe(true)
  type(ana, id, 2, '!', long.length - 3)
  world.pass(3_000)
  expect(nodes.map((node) => textOf(node, id))).toEqual(['𝔘! ', '𝔘! '])
})

test('ERR-1 an offset outside the text or inside of a letter is refused, and nothing of the edit is done', () => {
  const { world, nodes, id } = writing(703, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  type(ana, id, 0, 'a👩b')
  const refused = [
    [{ at: 5 }],
    [{ at: 2 }],
    [{ at: 1, delete: 1 }],
    [{ at: 3, delete: 2 }],
    [
      { at: 0, insert: 'x' },
      { at: 6, insert: 'y' },
    ],
    [
      { at: 0, insert: 'x'.repeat(9_000) },
      { at: 99_999, insert: 'y' },
    ],
  ]
  for (const ops of refused) {
    const full = ops.map((op) => ({ delete: 0, insert: '', ...op }))
    const answer = ana.ask('document.edit', { id, ops: full })
    expect(answer.ok || answer.fault.code).toBe('InvalidArguments')
    expect(textOf(ana, id)).toBe('a👩b')
  }
  type(ana, id, 4, 'c\ufffc\ud800d')
  world.pass(1_000)
  expect(nodes.map((node) => textOf(node, id))).toEqual(['a👩bc\ufffd\ufffdd', 'a👩bc\ufffd\ufffdd'])
  const story = ana.must('realm.create', { name: 'No text' })
  expect(ana.ask('document.text', { id: story.id })).toMatchObject({ fault: { code: 'InvalidArguments' } })
  expect(bo.ask('document.text', { id: story.id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
})

test('DOC-2 blocks and marks are the same for everyone, and what is embedded keeps its own access', () => {
  const { world, nodes, id } = writing(704, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const secret = ana.must('artifact.create', { type: 'collection', name: 'Mine alone' }).id
  type(ana, id, 0, 'TitleTask')
  bo.must('artifact.get', { id })
  world.pass(1_000)
  bo.must('document.block', { id, at: 5, type: 'todo', done: false })
  ana.must('document.block', { id, at: 0, type: 'heading', level: 2 })
  world.pass(1_000)
  ana.must('document.format', { id, from: 1, to: 6, mark: 'strong', value: true })
  ana.must('document.block', { id, at: 11, type: 'embed', artifactId: secret })
  world.pass(1_000)
  bo.must('document.block', { id, at: 6, replace: true, type: 'todo', done: true })
  world.pass(1_000)
  const blocks = [
    { at: 0, type: 'heading', level: 2, text: 'Title', marks: [{ from: 0, to: 5, mark: 'strong', value: true }] },
    { at: 6, type: 'todo', done: true, text: 'Task', marks: [] },
    { at: 11, type: 'embed', artifactId: secret, text: '', marks: [] },
  ]
  for (const node of nodes) expect(node.must('document.blocks', { id }).blocks).toEqual(blocks)
  const gap = { id: secret, label: 'embed', position: 2 }
  expect(ana.must('artifact.children', { id }).items).toMatchObject([{ ...gap, status: 'active', name: 'Mine alone' }])
  expect(bo.must('artifact.children', { id }).items).toMatchObject([{ ...gap, status: 'missing', name: '' }])
  type(bo, id, 11, '', 1)
  world.pass(1_000)
  for (const node of nodes) expect(node.must('artifact.children', { id }).total).toBe(0)
})
