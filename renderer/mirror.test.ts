import { describe, expect, it } from 'vitest'
import { emptyMirror, type Happening, type Mirror, reflect } from './mirror.ts'
import { isWhole } from './pages.ts'
import { nameOf } from './people.ts'
import { aChild, anEntry, aPeer, artifact, aTree, entryId, player } from './sample.fixture.ts'

const tree = artifact(0)
const story = artifact(9)

function told(...happenings: Happening[]): Mirror {
  return happenings.reduce(reflect, emptyMirror())
}

function children(items: readonly ReturnType<typeof aChild>[], offset = 0, total = offset + items.length): Happening {
  return { type: 'children', id: tree, offset, items, total }
}

function entries(from: number, to: number, total: number, before?: number): Happening {
  const items = Array.from({ length: to - from }, (_, index) => anEntry(from + index))
  return { type: 'entries', id: story, before: before === undefined ? undefined : entryId(before), items, total }
}

function shownTexts(mirror: Mirror): string[] {
  return (mirror.stories.get(story)?.entries ?? []).map((entry) => entry.text)
}

describe('rooms', () => {
  it('STORE-2 the same push twice changes nothing, not even the mirror itself', () => {
    const once = told(children([aChild(1)]), { type: 'child', treeId: tree, child: aChild(1, { unread: 2 }) })
    expect(reflect(once, { type: 'child', treeId: tree, child: aChild(1, { unread: 2 }) })).toBe(once)
  })

  it('STORE-3 the latest whole view wins and the others stay the objects they were', () => {
    const before = told(children([aChild(1), aChild(2)]))
    const now = reflect(before, { type: 'child', treeId: tree, child: aChild(2, { name: 'New' }) })
    expect(now.rooms.get(tree)?.items.get('ref 2')?.name).toBe('New')
    expect(now.rooms.get(tree)?.items.get('ref 1')).toBe(before.rooms.get(tree)?.items.get('ref 1'))
  })

  it('STORE-4 a child the tree no longer names goes; one it names that is not known makes the room stale', () => {
    const before = told(children([aChild(1), aChild(2)]))
    const now = reflect(before, { type: 'changed', id: tree, view: aTree([aChild(2), aChild(3)]) })
    expect([...(now.rooms.get(tree)?.items.keys() ?? [])]).toEqual(['ref 2'])
    expect(now.rooms.get(tree)?.isStale).toBe(true)
    const read = reflect(now, children([aChild(2), aChild(3)]))
    expect(read.rooms.get(tree)).toMatchObject({ total: 2, isStale: false })
  })

  it('STORE-5 pages of a large room add up, and reading it again loses nothing that is still there', () => {
    const all = Array.from({ length: 500 }, (_, index) => aChild(index))
    const first = told(children(all.slice(0, 200), 0, 500), children(all.slice(200), 200, 500))
    expect(first.rooms.get(tree)?.items.size).toBe(500)
    const again = reflect(first, children(all.slice(0, 200), 0, 500))
    expect(again.rooms.get(tree)?.items).toBe(first.rooms.get(tree)?.items)
  })

  it('STORE-6 what nobody asked for is not begun by a push', () => {
    const mirror = told(
      { type: 'child', treeId: tree, child: aChild(1) },
      { type: 'entry', storyId: story, entry: anEntry(1) },
    )
    expect(mirror.rooms.size + mirror.stories.size).toBe(0)
  })
})

describe('stories', () => {
  it('STORE-7 older pages go on top without a gap or a double', () => {
    const mirror = told(entries(50, 100, 100), entries(0, 50, 100, 50), entries(0, 50, 100, 50))
    expect(shownTexts(mirror)).toEqual(Array.from({ length: 100 }, (_, index) => `words ${index}`))
    const page = mirror.stories.get(story)
    expect(page && isWhole(page)).toBe(true)
  })

  it('STORE-8 reading the newest part again keeps what was loaded above and what came since', () => {
    const mirror = told(
      entries(50, 100, 100),
      entries(0, 50, 100, 50),
      { type: 'entry', storyId: story, entry: anEntry(100) },
      entries(50, 100, 100),
    )
    expect(shownTexts(mirror)).toHaveLength(101)
    expect(shownTexts(mirror).at(-1)).toBe('words 100')
  })

  it('STORE-8 a newest part that does not touch what is held replaces it: better less than a gap', () => {
    expect(shownTexts(told(entries(0, 10, 10), entries(200, 203, 203)))).toEqual([
      'words 200',
      'words 201',
      'words 202',
    ])
  })

  it('STORE-9 an edit replaces its entry in place', () => {
    const mirror = told(entries(0, 3, 3), { type: 'entry', storyId: story, entry: anEntry(1, { text: 'edited' }) })
    expect(shownTexts(mirror)).toEqual(['words 0', 'edited', 'words 2'])
  })

  it('STORE-10 an entry that claims to be older asks for the order of the core', () => {
    const mirror = told(entries(10, 20, 10), { type: 'entry', storyId: story, entry: anEntry(3) })
    expect(mirror.stories.get(story)?.isStale).toBe(true)
    expect(reflect(mirror, entries(3, 20, 11)).stories.get(story)?.isStale).toBe(false)
  })

  it('STORE-11 news of delivery redraws only the messages they are about', () => {
    const before = told(entries(0, 3, 3))
    const delivery = { state: 'partial', have: 1, of: 2, asOf: 5 } as const
    const now = reflect(before, { type: 'delivery', storyId: story, entries: [{ entryId: entryId(1), delivery }] })
    expect(now.stories.get(story)?.entries[1]?.delivery).toEqual(delivery)
    expect(now.stories.get(story)?.entries[0]).toBe(before.stories.get(story)?.entries[0])
  })

  it('STORE-12 many changes at once make the story stale, to be read again', () => {
    expect(told(entries(0, 3, 3), { type: 'refreshed', storyId: story }).stories.get(story)?.isStale).toBe(true)
  })
})

describe('people', () => {
  it('STORE-13 someone who was removed is still called what they were called', () => {
    const members = [{ playerId: player(7), name: 'Kai', role: 'member', online: true } as const]
    const mirror = told({ type: 'members', id: tree, members }, { type: 'members', id: tree, members: [] })
    expect(nameOf(mirror, player(7))).toBe('Kai')
    expect(nameOf(mirror, player(0xab))).toBe('0000…00ab')
  })

  it('STORE-13 what someone calls themselves as a peer comes first, without what would steer the line', () => {
    const mirror = told({ type: 'peers', peers: [aPeer(7, { name: 'Kai\u202e\nNora' })] })
    expect(nameOf(mirror, player(7))).toBe('Kai Nora')
  })
})
