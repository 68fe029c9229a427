import type { Tables } from '../../core/tables.ts'
import { bytes, number, text } from '../cell.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'

/**
 * Which words stand in what. A word is sealed, and found by a hash under the vault's key; the index itself holds numbers
 * only. All words are unsealed once, at the first search, so that the beginning of a word is enough to find it.
 */
export function search(database: Database, sealing: Sealing): Tables['search'] {
  const note = database.statement('INSERT OR IGNORE INTO search_notes (artifact, item) VALUES (?, ?)')
  const noted = database.statement('SELECT artifact, item FROM search_notes ORDER BY number LIMIT ?')
  const denote = database.statement('DELETE FROM search_notes WHERE artifact = ? AND item = ?')
  const denoteAll = database.statement('DELETE FROM search_notes WHERE artifact = ?')
  const itemOf = database.statement('SELECT key FROM search_items WHERE artifact = ? AND item = ?')
  const itemsOf = database.statement('SELECT key FROM search_items WHERE artifact = ?')
  const addItem = database.statement('INSERT INTO search_items (artifact, item, rank) VALUES (?, ?, ?)')
  const dropItem = database.statement('DELETE FROM search_items WHERE key = ?')
  const dropSpots = database.statement('DELETE FROM word_spots WHERE item = ?')
  const addSpot = database.statement('INSERT OR IGNORE INTO word_spots (word, item) VALUES (?, ?)')
  const wordOf = database.statement('SELECT key FROM words WHERE hash = ?')
  const addWord = database.statement('INSERT INTO words (hash, word) VALUES (?, ?)')
  const allWords = database.statement('SELECT key, word FROM words ORDER BY key')
  const find = database.statement(
    `SELECT artifact, item FROM (
       SELECT item AS found FROM json_each(?1) AS wanted, json_each(wanted.value) AS each
       JOIN word_spots ON word = each.value GROUP BY item HAVING count(DISTINCT wanted.key) = ?2
     ) JOIN search_items ON key = found ORDER BY rank DESC, found DESC LIMIT ?3`,
  )
  let vocabulary: Map<number, string> | undefined
  database.onForget(() => {
    vocabulary = undefined
  })

  function keyOf(word: string): number {
    const hash = sealing.blind('words', word)
    const known = wordOf.one(hash)
    if (known) return number(known, 0)
    addWord.run(hash, sealing.sealText(wordPlace, word))
    const key = database.lastKey()
    vocabulary?.set(key, word)
    return key
  }

  function drop(key: number): void {
    dropSpots.run(key)
    dropItem.run(key)
  }

  function words(): Map<number, string> {
    vocabulary ??= new Map(
      allWords.all().map((row) => {
        const sealed = bytes(row, 1)
        return [number(row, 0), sealing.openText(wordPlace, sealed)]
      }),
    )
    return vocabulary
  }

  return {
    note: (artifact, item) => void note.run(artifact, item),
    noted: (limit) => noted.all(limit).map((row) => ({ artifact: number(row, 0), item: text(row, 1) })),
    put(artifact, item, rank, list) {
      denote.run(artifact, item)
      const known = itemOf.one(artifact, item)
      if (known) drop(number(known, 0))
      if (list.length === 0) return
      addItem.run(artifact, item, rank)
      const key = database.lastKey()
      for (const word of list) addSpot.run(keyOf(word), key)
    },
    find(beginnings, limit) {
      const wanted = beginnings.map((beginning) => beginningWith(words(), beginning))
      if (wanted.some((keys) => keys.length === 0)) return []
      return find
        .all(JSON.stringify(wanted), wanted.length, limit)
        .map((row) => ({ artifact: number(row, 0), item: text(row, 1) }))
    },
    clear(artifact) {
      denoteAll.run(artifact)
      for (const row of itemsOf.all(artifact)) drop(number(row, 0))
    },
  }
}

const wordPlace = 'words.word'
/** the shortest are looked for when a beginning fits more */
const mostWords = 500

/** One letter alone is a word of its own; more are the beginning of one. */
function beginningWith(vocabulary: ReadonlyMap<number, string>, beginning: string): number[] {
  const fitting = [...vocabulary].filter(([, word]) =>
    [...beginning].length === 1 ? word === beginning : word.startsWith(beginning),
  )
  fitting.sort((a, b) => a[1].length - b[1].length || a[0] - b[0])
  return fitting.slice(0, mostWords).map(([key]) => key)
}
