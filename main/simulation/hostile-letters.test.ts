import { expect, test } from 'vitest'
import type { Deposit } from '../core/keeping/depositing.ts'
import { letterItem } from '../core/keeping/letters.ts'
import { mailbox, treeSecret } from '../core/keeping/mailboxes.ts'
import { sealOuter } from '../core/keeping/outer-envelope.ts'
import { acknowledgement } from '../core/logs/acknowledgements.ts'
import { fromHex } from '../crypto/bytes.ts'
import { type Canonical, decode } from '../crypto/canonical.ts'
import { Cheater } from './cheater.ts'
import { entriesOf } from './gathering.ts'
import { keptBy, keptRealm } from './keeping.ts'

test('STORY-7 word at a keeper that someone holds something is believed of their own device alone', () => {
  const { world, keeper, ana, bo, cy, dee, id } = keptRealm(501)
  keptBy(world, keeper, bo)
  for (const node of [cy, dee]) node.crash()
  world.pass(1_000)
  ana.must('story.send', { storyId: id, text: 'for all' })
  world.pass(5_000)
  const mallory = new Cheater(bo)
  const row = mallory.row(id)
  const key = bo.vault.tables.keys.get(row.key, 'seat', 1) ?? new Uint8Array(32)
  const box = mailbox(treeSecret(row, 1, key))
  const honest = mallory.turn((turn) => acknowledgement(turn, row, box)) as Deposit
  const [, , vector, signature] = decode(honest.item.subarray(1)) as [string, Uint8Array, Canonical, Uint8Array]
  const forged: Canonical[] = [
    ['have', fromHex(cy.device), vector, signature],
    ['have', fromHex(dee.device), vector, new Uint8Array(64)],
    ['have', fromHex(keeper.device), vector, signature],
    ['have', fromHex(bo.device), [], signature],
    ['have', null, null, null],
  ]
  mallory.say(keeper, 'deposit', 999, [...forged.map((letter) => sealOuter(box, letterItem(letter)))])
  world.pass(10_000)
  expect(entriesOf(ana, id)[0]?.delivery).toMatchObject({ state: 'partial', have: 1, of: 3 })
})
