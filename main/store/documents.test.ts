import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  type ChangeFn,
  change,
  type Doc,
  getAllChanges,
  getChangesSince,
  getHeads,
  init,
  load,
  save,
} from '@automerge/automerge'
import { expect, test } from 'vitest'
import { hash, opened, scratch } from './scratch.fixture.ts'
import { openVault, type Vault } from './store.ts'

type List = { items: string[] }

function aDocument(count: number, name: string | ((n: number) => string) = 'item'): Doc<List> {
  let doc = change(init<List>(), (draft) => {
    draft.items = []
  })
  for (let n = 0; n < count; n++)
    doc = edited(doc, (draft) => void draft.items.push(typeof name === 'string' ? `${name} ${n}` : name(n)))
  return doc
}

function edited(doc: Doc<List>, edit: ChangeFn<List>): Doc<List> {
  return change(doc, edit)
}

/** One more item, and the change that adds it alone. */
function grown(doc: Doc<List>, item: string): { doc: Doc<List>; added: Uint8Array[] } {
  const heads = getHeads(doc)
  const next = edited(doc, (draft) => void draft.items.push(item))
  return { doc: next, added: getChangesSince(next, heads) }
}

async function itemsOf(vault: Vault, key: `${number}/spine`): Promise<string[] | undefined> {
  const saved = await vault.documents.open(key)
  return saved && [...load<List>(saved).items]
}

/** Opens, works, and closes: the next one reads from the disk. */
async function session(directory: string, work: (vault: Vault) => Promise<void>, notes: string[] = []): Promise<void> {
  const vault = await openVault({ directory, note: (text) => notes.push(text) })
  await work(vault)
  await vault.close()
}

/** Changes rows of the cache behind the vault's back. */
function tamper(directory: string, sql: string): void {
  const file = new DatabaseSync(join(directory, 'vault.db'))
  file.exec(sql)
  file.close()
}

test('STORE-17 a document is there after it was kept, with all that was added, also when opened again', async () => {
  const directory = scratch()
  const first = aDocument(3)
  const whole = getAllChanges(first)
  const second = grown(first, 'later')
  const third = grown(second.doc, 'last')
  await session(directory, async (vault) => {
    expect(await vault.documents.open('1/spine')).toBeUndefined()
    vault.documents.keep('1/spine', whole, false)
    vault.documents.keep('1/spine', second.added, false)
    expect(await itemsOf(vault, '1/spine')).toEqual(['item 0', 'item 1', 'item 2', 'later'])
    expect(await vault.documents.open('2/spine')).toBeUndefined()
  })
  await session(directory, async (vault) => {
    expect(await itemsOf(vault, '1/spine')).toEqual(['item 0', 'item 1', 'item 2', 'later'])
    vault.documents.keep('1/spine', third.added, false)
  })
  await session(directory, async (vault) => {
    const saved = await vault.documents.open('1/spine')
    expect(saved && getHeads(load(saved))).toEqual(getHeads(third.doc))
  })
})

test('STORE-17 a document kept anew replaces the old one and never merges with it', async () => {
  const directory = scratch()
  await session(directory, async (vault) => {
    vault.documents.keep('1/spine', getAllChanges(aDocument(3, 'old')), true)
    await vault.documents.flush()
    vault.documents.keep('1/spine', [save(aDocument(1, 'new'))], true)
    expect(await itemsOf(vault, '1/spine')).toEqual(['new 0'])
  })
  await session(directory, async (vault) => {
    expect(await itemsOf(vault, '1/spine')).toEqual(['new 0'])
    vault.documents.keep('1/spine', [], true)
    expect(await vault.documents.open('1/spine')).toBeUndefined()
  })
})

test.each([
  ['a changed row', "UPDATE chunks SET data = CAST(data || x'00' AS BLOB) WHERE key LIKE '%incremental%'"],
  ['an exchanged row', 'UPDATE chunks SET data = (SELECT data FROM chunks ORDER BY number DESC LIMIT 1)'],
  ['a lost snapshot', "DELETE FROM chunks WHERE key LIKE '%snapshot%'"],
  [
    'a lost change between others',
    "DELETE FROM chunks WHERE number = (SELECT min(number) + 1 FROM chunks WHERE key LIKE '%/%/%')",
  ],
])('STORE-17 %s makes the document absent, noted, and able to be kept anew', async (_, sql) => {
  const directory = scratch()
  // large enough that single changes are stored beside it
  let doc = aDocument(60, (n) => hash(n))
  await session(directory, async (vault) => {
    vault.documents.keep('1/spine', getAllChanges(doc), false)
    await vault.documents.flush()
    for (let n = 0; n < 3; n++) {
      const next = grown(doc, `${n}`)
      vault.documents.keep('1/spine', next.added, false)
      await vault.documents.flush()
      doc = next.doc
    }
  })
  tamper(directory, sql)
  const notes: string[] = []
  const damaged = async (vault: Vault) => {
    expect(await vault.documents.open('1/spine')).toBeUndefined()
    expect(notes).toHaveLength(1)
    vault.documents.keep('1/spine', getAllChanges(doc), true)
  }
  await session(directory, damaged, notes)
  await session(directory, async (vault) => {
    expect(await itemsOf(vault, '1/spine')).toEqual([...doc.items])
    expect(vault.check()).toEqual([])
  })
})

test('STORE-17 changes that cannot be applied are noted, and leave no half a document', async () => {
  const notes: string[] = []
  const vault = await opened({ note: (text) => notes.push(text) })
  const doc = aDocument(5)
  vault.documents.keep('1/spine', getAllChanges(doc).slice(2), false)
  expect(await vault.documents.open('1/spine')).toBeUndefined()
  vault.documents.keep('2/spine', getAllChanges(doc), false)
  vault.documents.keep('2/spine', [Uint8Array.of(1, 2, 3)], false)
  expect(await vault.documents.open('2/spine')).toBeUndefined()
  expect(notes).toHaveLength(2)
  const first = grown(doc, 'first')
  vault.documents.keep('2/spine', getAllChanges(first.doc), false)
  vault.documents.keep('2/spine', grown(grown(first.doc, 'lost').doc, 'last').added, false)
  expect(await vault.documents.open('2/spine')).toBeUndefined()
  expect(notes).toHaveLength(3)
  vault.documents.keep('2/spine', getAllChanges(first.doc), false)
  expect(await itemsOf(vault, '2/spine')).toContain('first')
})

test('STORE-17 far more documents than stay alive are kept, let go of, and found again whole', async () => {
  const directory = scratch()
  const count = 420
  await session(directory, async (vault) => {
    for (let n = 0; n < count; n++) vault.documents.keep(`${n}/spine`, getAllChanges(aDocument(1, `${n}`)), false)
    await vault.documents.flush()
    // one that was let go of takes changes as one that was not
    const [first] = [aDocument(1, '0')]
    vault.documents.keep('0/spine', [save(first)], true)
    expect(await itemsOf(vault, '0/spine')).toEqual(['0 0'])
  })
  const notes: string[] = []
  const reading = async (vault: Vault) => {
    for (let n = 0; n < count; n++) expect(await itemsOf(vault, `${n}/spine`)).toEqual([`${n} 0`])
    for (let n = 0; n < count; n += 60) expect(await itemsOf(vault, `${n}/spine`)).toEqual([`${n} 0`])
  }
  await session(directory, reading, notes)
  expect(notes).toEqual([])
}, 60_000)

test('STORE-17 after closing nothing is opened and nothing thrown', async () => {
  const notes: string[] = []
  const vault = await opened({ note: (text) => notes.push(text) })
  vault.documents.keep('1/spine', getAllChanges(aDocument(1)), false)
  await vault.close()
  vault.documents.keep('1/spine', getAllChanges(aDocument(2)), true)
  expect(await vault.documents.open('1/spine')).toBeUndefined()
  expect(notes).toEqual([])
})
