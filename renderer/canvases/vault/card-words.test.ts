import { expect, it } from 'vitest'
import { aChild } from '../../sample.fixture.ts'
import { cardName, kindLine, stateWords } from './card-words.ts'

it('CARD-1 says what kind of thing it is and who shares it', () => {
  expect(kindLine(aChild(1))).toBe('Story · the two of you')
  expect(kindLine(aChild(1, { type: 'collection', audience: 14 }))).toBe('Realm · 14 people')
  expect(kindLine(aChild(1, { type: 'constructor', audience: 1 }))).toBe('Artifact · only you')
  expect(kindLine(aChild(1, { status: 'waiting' }))).toBe('Story · Waiting to be let in')
})

it('CARD-2 the Inbox is named after what waits in it', () => {
  const inbox = (count: number) => aChild(1, { type: 'inbox', name: 'Inbox', count })
  expect(cardName(inbox(0), '')).toBe('No letters')
  expect(cardName(inbox(1), 'Teo')).toBe('A letter from Teo')
  expect(cardName(inbox(3), '')).toBe('3 letters wait')
})

it('CARD-3 what the glow, the dots and the badge show is also said', () => {
  expect(stateWords(aChild(1, { unread: 2, heat: 0.7 }), ['Ana', 'Bo'])).toBe('2 unread, Ana, Bo here now, hot')
})

it('CARD-4 a thing without a name has one to be called by', () => {
  expect(cardName(aChild(1, { name: '\u202e ' }), '')).toBe('Without a name')
  expect(cardName(aChild(1, { name: '', status: 'waiting' }), '')).toBe('An invitation')
})
