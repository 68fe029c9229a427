import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cleanUp, endAll, indra, newDirectory, serve } from './host.ts'

afterAll(() => cleanUp())

function faultIn(text: string): string {
  const line = text.split('\n').find((each) => each.startsWith('{'))
  return (JSON.parse(line ?? '{}') as { fault?: { code: string } }).fault?.code ?? ''
}

/** Names and contents of everything in a directory. */
function printOf(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(
      (entry) =>
        `${entry.name} ${createHash('sha256')
          .update(readFileSync(join(directory, entry.name)))
          .digest('hex')}`,
    )
    .sort()
}

test('INPUT-1 a port in use is said so, and nothing is written', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const data = newDirectory()
  const { code, out, err } = await indra('serve', '--data', data, '--port', String(port))
  server.close()
  expect({ code, out, fault: faultIn(err), files: printOf(data) }).toEqual({
    code: 1,
    out: '',
    fault: 'PortInUse',
    files: [],
  })
})

test('INPUT-2 a vault in use by another process is said so, and goes on working for that one', async () => {
  const host = await serve(newDirectory(), '--name', 'Ana')
  const { code, out, err } = await indra('serve', '--data', host.data)
  expect({ code, out, fault: faultIn(err) }).toEqual({ code: 1, out: '', fault: 'VaultInUse' })
  expect((await host.must('identity.get', {})).name).toBe('Ana')
})

test.each([
  ['overwritten with text', (path: string) => writeFileSync(path, 'a letter to my mother\n'.repeat(500))],
  ['cut in half', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, readFileSync(path).length / 2))],
  ['emptied', (path: string) => writeFileSync(path, '')],
])('INPUT-3 a vault file %s is said to be damaged, and left as it is', async (_, damage) => {
  const data = newDirectory()
  const host = await serve(data, '--name', 'Ana')
  await host.must('realm.create', { name: 'Realm' })
  await host.stop()
  const path = join(data, 'vault.db')
  damage(path)
  for (const rest of ['vault.db-wal', 'vault.db-shm']) rmSync(join(data, rest), { force: true })
  const before = printOf(data)
  const { code, err } = await indra('serve', '--data', data)
  expect({ code, fault: faultIn(err), files: printOf(data) }).toEqual({ code: 1, fault: 'VaultCorrupt', files: before })
})

test('INPUT-4 identity codes: what people do to them is forgiven, what is wrong is named', async () => {
  const ana = await serve(newDirectory(), '--name', 'Ana')
  const bo = await serve(newDirectory(), '--name', 'Bo')
  const wrong = [
    '',
    'hello',
    bo.code.slice(0, -1),
    `${bo.code.slice(0, 20)}${bo.code[20] === 'q' ? 'p' : 'q'}${bo.code.slice(21)}`,
    bo.code.replace('indra1', 'bc1'),
    'indra:realm:AAAA',
    'indra:open:AAAA',
  ]
  for (const code of wrong)
    expect(await ana.ask('peer.add', { code }), code).toMatchObject({ fault: { code: 'InvalidCode' } })
  expect(await ana.ask('peer.add', { code: ana.code })).toMatchObject({ fault: { code: 'InvalidCode' } })
  expect(await ana.must('peer.list', {})).toEqual([])
  expect(await ana.ask('peer.add', { code: `  “${bo.code.toUpperCase()}”\n` })).toMatchObject({
    ok: true,
    value: { playerId: bo.id },
  })
  expect(await ana.ask('peer.add', { code: `indra://${bo.code}?name=Bo` })).toMatchObject({
    fault: { code: 'AlreadyPeered' },
  })
})

test('INPUT-5 realm codes: what people do to them is forgiven, what is wrong is named', async () => {
  const ana = await serve(newDirectory(), '--name', 'Ana')
  const bo = await serve(newDirectory(), '--name', 'Bo')
  const { id } = await ana.must('realm.create', { name: 'Realm' })
  const { code } = await ana.must('realm.invite', { id })
  const wrong = [
    'indra:realm:',
    code.slice(0, -3),
    code.replace('indra:realm:', 'indra:open:'),
    bo.code,
    `${code.slice(0, 40)}A${code.slice(41)}B`,
  ]
  for (const each of wrong)
    expect(await bo.ask('realm.join', { code: each }), each).toMatchObject({ fault: { code: 'InvalidCode' } })
  const broken = `"${code.slice(0, 60)}\n  ${code.slice(60)}" `
  expect(await bo.ask('realm.join', { code: broken })).toMatchObject({ ok: true, value: { id, status: 'asking' } })
})

test.runIf(process.getuid?.() === 0)(
  'INPUT-6 a full disk: refused by name, nothing acknowledged is lost, works again',
  async () => {
    const data = newDirectory()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', data])
    try {
      const host = await serve(data, '--name', 'Ana')
      const { id } = await host.must('realm.create', { name: 'Realm' })
      const said: string[] = []
      let refusal = ''
      for (let index = 0; refusal === '' && index < 2_000; index += 1) {
        const answer = await host.ask('story.send', { storyId: id, text: `${index} ${'x'.repeat(30_000)}` })
        if (answer.ok) said.push(answer.value.entryId)
        else refusal = answer.fault.code
      }
      expect(refusal).toBe('DiskFull')
      execFileSync('mount', ['-o', 'remount,size=96m', data])
      expect((await host.ask('story.send', { storyId: id, text: 'again' })).ok).toBe(true)
      await host.stop()
      const again = await serve(data)
      const { items } = await again.must('story.entries', { storyId: id, limit: 1_000 })
      const held = new Set<string>(items.map((item) => item.entryId))
      expect(said.filter((each) => !held.has(each))).toEqual([])
      await again.stop()
    } finally {
      await endAll()
      execFileSync('umount', ['-l', data])
    }
  },
)
