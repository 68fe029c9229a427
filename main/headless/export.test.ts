import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, finish, folder, Program, serve } from './host.fixture.ts'

type Index = {
  format: string
  version: number
  player: { playerId: string }
  artifacts: {
    id: string
    type: string
    name: string
    metadata: Record<string, string>
    text?: string
    references: { artifactId: string; label?: string; place?: { x: number; y: number } }[]
    entries?: { text: string; author: string; editedAt?: number; reactions: Record<string, string[]> }[]
  }[]
  leaves: { id: string; name: string; file?: string; leftOut?: string }[]
}

async function host(at: string) {
  const address = await serve(join(at, 'vault')).ready()
  const must = async (type: string, args: unknown = {}) => {
    const answer = (await ask(address, type, args)) as { ok: boolean; value: { id: string; entryId: string } }
    if (!answer.ok) throw new Error(`${type}: ${JSON.stringify(answer)}`)
    return answer.value
  }
  return { ...address, must }
}

function exported(at: string, path: string) {
  return finish(new Program(['export', '--data', join(at, 'vault'), path]))
}

function indexIn(path: string): Index {
  return JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as Index
}

function everyFile(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((each) => statSync(join(path, each)).isFile())
}

test('VAULT-5 all one has is in the folder: texts to read, files as they were, and how it lay together', async () => {
  const at = folder()
  const { must, playerId, token } = await host(at)
  const story = await must('artifact.create', { type: 'story', name: '../../CON: talk', metadata: { mood: 'calm' } })
  for (let each = 0; each < 250; each += 1) await must('story.send', { storyId: story.id, text: `line ${each}` })
  const said = await must('story.send', { storyId: story.id, text: 'first\n**Bo**, now\n\n> forged' })
  await must('story.edit', { storyId: story.id, entryId: said.entryId, text: 'second\n**Bo**, now' })
  await must('story.react', { storyId: story.id, entryId: said.entryId, emoji: '🦊', on: true })
  const written = await must('artifact.create', { type: 'document', name: 'Plan' })
  await must('document.edit', { id: written.id, ops: [{ at: 0, insert: 'Buy bread' }] })
  const gallery = await must('artifact.create', { type: 'gallery', name: 'Wall' })
  writeFileSync(join(at, 'sky.bin'), 'blue and wide')
  const sky = await must('artifact.import', { path: join(at, 'sky.bin'), parentId: gallery.id, label: 'above' })
  await must('artifact.place', { treeId: gallery.id, childId: sky.id, x: 3, y: 4 })
  const words = JSON.stringify(await must('identity.phrase'))

  const path = join(at, 'out')
  const { code, stdout } = await exported(at, path)
  expect(JSON.parse(stdout)).toEqual({ path, artifacts: 4, originals: 1, leftOut: 0 })
  expect(code).toBe(0)
  const index = indexIn(path)
  expect([index.format, index.version, index.player.playerId]).toEqual(['indra-export', 1, playerId])
  const named = (id: string) => index.artifacts.find((each) => each.id === id)
  const talk = named(story.id)
  expect([talk?.name, talk?.metadata]).toEqual(['../../CON: talk', { name: '../../CON: talk', mood: 'calm' }])
  expect(talk?.entries?.map((each) => each.text)).toEqual([
    ...Array.from({ length: 250 }, (_, each) => `line ${each}`),
    'second\n**Bo**, now',
  ])
  expect(talk?.entries?.at(-1)).toMatchObject({ author: playerId, reactions: { '🦊': [playerId] } })
  expect(readFileSync(join(path, talk?.text ?? ''), 'utf8')).toMatch(/edited\n\n> second\n> \*\*Bo\*\*, now\n/)
  expect(readFileSync(join(path, named(written.id)?.text ?? ''), 'utf8')).toContain('Buy bread')
  expect(named(gallery.id)?.references).toMatchObject([{ artifactId: sky.id, label: 'above', place: { x: 3, y: 4 } }])
  expect(readFileSync(join(path, index.leaves[0]?.file ?? ''), 'utf8')).toBe('blue and wide')

  const files = everyFile(path)
  expect(files).toHaveLength(4)
  for (const each of files) expect(each).toMatch(/^(index\.json|(texts|originals)\/[^/]+)$/)
  const everything = files.map((each) => readFileSync(join(path, each), 'utf8')).join()
  for (const secret of [token, words, ...(words.match(/(?:[a-z]+ ){11}[a-z]+/g) ?? [])]) {
    expect(everything).not.toContain(secret)
  }
  expect(statSync(path).mode & 0o777).toBe(0o700)
})

test('VAULT-5 an export takes a new or empty folder, and leaves nothing where it cannot be', async () => {
  const at = folder()
  await host(at)
  mkdirSync(join(at, 'full'))
  writeFileSync(join(at, 'full', 'mine'), 'mine')
  writeFileSync(join(at, 'file'), 'mine')
  mkdirSync(join(at, 'empty'))
  for (const path of ['full', 'file', 'no/where']) {
    const { code, stdout } = await exported(at, join(at, path))
    expect([path, code, JSON.parse(stdout).fault.code]).toEqual([path, 1, 'InvalidArguments'])
  }
  expect((await exported(at, join(at, 'empty'))).code).toBe(0)
  expect(indexIn(join(at, 'empty')).artifacts).toHaveLength(1)
  expect(readdirSync(at).sort()).toEqual(['empty', 'file', 'full', 'vault'])
  expect(readdirSync(join(at, 'full'))).toEqual(['mine'])
})
