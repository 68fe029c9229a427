import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlayerId } from '../../../shared/ids.ts'
import { hex, utf8 } from '../../crypto/bytes.ts'
import { digest } from '../../crypto/digest.ts'
import { dmStoryId, entryIdOf, groupTreeId, leafId, treeId } from './artifact-id.ts'

const player = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => hex(bytes) as PlayerId)
const bytes = fc.uint8Array({ maxLength: 300 })

test('ID-3 same content, same Leaf; other content, another', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(leafId(a)).toBe(leafId(new Uint8Array(a)))
      expect(leafId(a) === leafId(b)).toBe(hex(a) === hex(b))
    }),
  )
})

test('ID-4 a Tree is named by its whole signed genesis: any changed byte is another Tree', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (a, at, by) => {
        const other = new Uint8Array(a)
        const index = at % a.length
        other[index] = (other[index] ?? 0) ^ by
        expect(treeId(a)).not.toBe(treeId(other))
      },
    ),
  )
})

test('ID-5 both sides compute one id, whoever asks; nobody else’s is the same', () => {
  fc.assert(
    fc.property(player, player, player, (a, b, c) => {
      fc.pre(a !== b && c !== b)
      expect(dmStoryId(a, b)).toBe(dmStoryId(b, a))
      expect(dmStoryId(a, b) === dmStoryId(c, b)).toBe(a === c)
    }),
  )
})

test('ID-5 the id is BLAKE3 of the text that the specification names', () => {
  const a = '11'.repeat(32) as PlayerId
  const b = 'ee'.repeat(32) as PlayerId
  expect(dmStoryId(b, a)).toBe(`doc:${hex(digest(utf8(`dm-v1:${a}${b}`)))}`)
})

test('ID-6 a group is the same for any order of its members, repeated or not, with or without its creator named', () => {
  fc.assert(
    fc.property(player, fc.array(player, { maxLength: 6 }), fc.nat(), (creator, members, turn) => {
      const id = groupTreeId(creator, members)
      const rotated = [...members.slice(turn % (members.length + 1)), ...members, creator]
      expect(groupTreeId(creator, rotated)).toBe(id)
      const other = members.find((member) => member !== creator)
      if (other) expect(groupTreeId(other, [creator, ...members])).not.toBe(id)
    }),
  )
})

test('ID-8 an entry’s id belongs to its author: the same nonce of another is another entry', () => {
  fc.assert(
    fc.property(player, player, fc.uint8Array({ minLength: 16, maxLength: 16 }), (a, b, nonce) => {
      expect(entryIdOf(a, nonce) === entryIdOf(b, nonce)).toBe(a === b)
    }),
  )
})
