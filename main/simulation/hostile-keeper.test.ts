import { expect, test } from 'vitest'
import { authorityOf } from '../core/authority/governance.ts'
import { accountKeys } from '../core/keeping/keeper-link.ts'
import { receiptBytes } from '../core/keeping/keeping.ts'
import { mailbox, treeSecret } from '../core/keeping/mailboxes.ts'
import { sealOuter } from '../core/keeping/outer-envelope.ts'
import type { Frame } from '../core/meeting/frame.ts'
import { fromHex } from '../crypto/bytes.ts'
import { verify } from '../crypto/signature.ts'
import { Cheater } from './cheater.ts'
import { entriesOf, textsOf } from './gathering.ts'
import { bend, keptBy, keptRealm, loseStore, partedPair, visit, withKeeper } from './keeping.ts'
import type { Node } from './world.ts'

const texts = Array.from({ length: 12 }, (_, index) => `number ${index}`)

/** Ana says twelve things into the keeper; then it is bent, and Bo comes. */
function fetched(seed: number, change: (frame: Frame) => readonly Frame[]) {
  const { world, keeper, ana, bo, id } = partedPair(seed)
  ana.boot()
  world.pass(3_000)
  for (const text of texts) ana.must('story.send', { storyId: id, text })
  world.pass(3_000)
  ana.crash()
  bend(keeper, change)
  world.pass(1_000)
  bo.boot()
  world.pass(10_000)
  return { world, keeper, ana, bo, id }
}

/** Whatever a keeper did: when the two meet, both see the same. */
function meet(world: { pass(millis: number): void }, ana: Node, bo: Node, id: Parameters<typeof textsOf>[1]): void {
  ana.boot()
  world.pass(65_000)
  expect(textsOf(bo, id)).toEqual(texts)
  expect(textsOf(ana, id)).toEqual(texts)
}

test('KEEP-1 a keeper that crashes goes on where it was, and what was not confirmed is deposited again', () => {
  const { world, keeper, ana, bo, id } = partedPair(401)
  ana.boot()
  world.pass(3_000)
  for (const [index, text] of texts.entries()) {
    ana.must('story.send', { storyId: id, text })
    if (index === 4) keeper.crash()
    if (index === 8) keeper.boot()
    world.pass(500)
  }
  world.pass(40_000)
  expect(entriesOf(ana, id).map((entry) => entry.delivery.state)).toEqual(texts.map(() => 'kept'))
  ana.crash()
  visit(world, bo)
  expect(textsOf(bo, id)).toEqual(texts)
})

test('KEEP-1 a keeper that lost its store is given everything again, and read from the beginning', () => {
  const { world, keeper, ana, bo, id } = partedPair(402)
  ana.boot()
  world.pass(3_000)
  for (const text of texts) ana.must('story.send', { storyId: id, text })
  world.pass(3_000)
  keeper.crash()
  loseStore(keeper)
  keeper.boot()
  world.pass(40_000)
  ana.crash()
  visit(world, bo)
  expect(textsOf(bo, id)).toEqual(texts)
})

test('KEEP-1 what a keeper withholds is missing, never wrong, and comes when its author is met', () => {
  const { world, ana, bo, id } = fetched(403, (frame) => {
    if (frame.name !== 'kept') return [frame]
    const [address, items, more] = frame.fields as [Uint8Array, unknown[], boolean]
    return [{ name: 'kept', fields: [address, items.filter((_, index) => index % 3 !== 1), more] }]
  })
  const seen = textsOf(bo, id)
  expect(texts.slice(0, seen.length)).toEqual(seen)
  meet(world, ana, bo, id)
})

test('KEEP-1 items handed over twice and in any order come to the same', () => {
  const { bo, id } = fetched(404, (frame) => {
    if (frame.name !== 'kept') return [frame]
    const [address, items, more] = frame.fields as [Uint8Array, unknown[], boolean]
    const backwards = { name: frame.name, fields: [address, items.toReversed(), more] }
    return [backwards, backwards, { name: frame.name, fields: [address, items.slice(1, 3), true] }]
  })
  expect(textsOf(bo, id)).toEqual(texts)
})

test('KEEP-1 a keeper that serves what nobody deposited is hung up on, and nothing of it is shown', () => {
  const { world, keeper, ana, bo, id } = fetched(405, (frame) => {
    if (frame.name !== 'kept') return [frame]
    const [address, items] = frame.fields as [Uint8Array, [number, Uint8Array][]]
    const changed = items.map(([position, bytes]) => [position, bytes.map((byte, at) => (at === 90 ? byte ^ 1 : byte))])
    return Array.from({ length: 20 }, () => ({ name: frame.name, fields: [address, changed, true] }))
  })
  expect(textsOf(bo, id)).toEqual([])
  expect(bo.state.sessions.size).toBeLessThan(2)
  keeper.crash()
  meet(world, ana, bo, id)
})

test('KEEP-1 a keeper that always has more is not asked without end', () => {
  const { keeper, bo, id } = fetched(406, (frame) =>
    frame.name === 'kept' ? [{ name: frame.name, fields: [frame.fields[0], frame.fields[1], true] }] : [frame],
  )
  expect(textsOf(bo, id)).toEqual(texts)
  expect(keeper.heard.length).toBeLessThan(200)
})

test('KEEP-1 a keeper that shows old things only hides the new ones', () => {
  const { world, ana, bo, id } = fetched(407, (frame) => {
    if (frame.name !== 'kept') return [frame]
    const [address, items] = frame.fields as [Uint8Array, unknown[]]
    return [{ name: frame.name, fields: [address, items.slice(0, 4), false] }]
  })
  expect(texts).toEqual(expect.arrayContaining(textsOf(bo, id)))
  meet(world, ana, bo, id)
})

/** A member whose modified software talks to the keeper as it likes. */
function depositor(seed: number) {
  const { world, keeper } = withKeeper(seed)
  const mallory = new Cheater(world.add('Mallory'))
  keptBy(world, keeper, mallory.node)
  mallory.silence()
  const say = (items: readonly Uint8Array[], number = 1): unknown[] => {
    mallory.overheard.length = 0
    mallory.say(keeper, 'deposit', number, items)
    world.pass(10)
    return [...(mallory.overheard.find((frame) => frame.name === 'deposited')?.fields.slice(1) ?? [])]
  }
  const box = mailbox(world.bytes(32))
  return { world, keeper, mallory, say, box, item: (length = 20) => sealOuter(box, world.bytes(length)) }
}

test('KEEP-1 what is not signed by the mailbox’s own key is refused, and what came before it stands', () => {
  const { keeper, say, item, box, world } = depositor(411)
  const foreign = item()
  foreign.set(mailbox(world.bytes(32)).address, 1)
  expect(say([item(), foreign, item()])).toEqual([1, 'signature'])
  const broken = item()
  broken[100] = (broken[100] ?? 0) ^ 1
  expect(say([broken])).toEqual([0, 'signature'])
  expect(keeper.vault.tables.kept.after(box.address, 0, 10)).toHaveLength(1)
})

test('KEEP-1 oversized and misshapen items are refused before their signature is looked at', () => {
  const { say, item, world } = depositor(412)
  expect(say([item(1_060_000)])).toEqual([0, 'form'])
  expect(say([world.bytes(60)])).toEqual([0, 'form'])
  expect(say([new Uint8Array(0)])).toEqual([0, 'form'])
  expect(say([item(1_000_000)])).toEqual([1, null])
})

test('KEEP-1 a flood is refused at the rate of one session, and taken again when it is slower', () => {
  const { world, say, item } = depositor(413)
  const page = Array.from({ length: 500 }, () => item())
  const taken = Array.from({ length: 12 }, (_, number) => say(page, number + 1)[0] as number)
  const all = taken.reduce((sum, count) => sum + count, 0)
  expect(all).toBeGreaterThanOrEqual(5_000)
  expect(all).toBeLessThan(5_500)
  expect(say(page)).toEqual([expect.any(Number), 'rate'])
  world.pass(2_000)
  expect(say(page)).toEqual([500, null])
})

test('KEEP-1 an account has its bytes and no more, and others have theirs', () => {
  const { world, keeper, say, item } = depositor(414)
  keeper.must('keeper.host', { for: 'anyone', accountBytes: 10_000 })
  const ana = world.add('Ana')
  keptBy(world, keeper, ana)
  expect(say([item(5_000), item(4_000), item(3_000)])).toEqual([2, 'quota'])
  const { id } = ana.must('realm.create', { name: 'R' })
  const { code } = ana.must('realm.invite', { id, approve: false })
  const bo = world.add('Bo')
  bo.must('realm.join', { code })
  world.pass(5_000)
  const accounts = keeper.must('keeper.hosting', {}).accounts
  expect(accounts.every((account) => account.bytes <= 10_000)).toBe(true)
  expect(ana.must('keeper.list', {})[0]).toMatchObject({ state: 'keeping', refusal: 'quota' })
})

test('KEEP-1 one account has so many mailboxes and no more', () => {
  const { world, say } = depositor(415)
  const deposits = (count: number) =>
    Array.from({ length: count }, () => sealOuter(mailbox(world.bytes(32)), new Uint8Array(1)))
  for (let page = 0; page < 20; page += 1) {
    expect(say(deposits(500), page + 1)).toEqual([500, null])
    world.pass(1_200)
  }
  expect(say(deposits(1))).toEqual([0, 'mailboxes'])
})

test('KEEP-1 it keeps for peers alone where its owner chose so, and for nobody who was dismissed', () => {
  const { world, keeper, mallory, say, item } = depositor(416)
  expect(say([item()])).toEqual([1, null])
  const [account] = keeper.must('keeper.hosting', {}).accounts
  keeper.must('keeper.dismiss', { account: account?.account ?? '' })
  world.pass(5_000)
  expect(keeper.must('keeper.hosting', {})).toMatchObject({ bytes: 0, accounts: [{ refused: true, bytes: 0 }] })
  mallory.relent()
  world.pass(60_000)
  expect(mallory.node.must('keeper.list', {})).toMatchObject([{ state: 'refused' }])
  keeper.must('keeper.host', { for: 'peers' })
  const ana = world.add('Ana')
  keptBy(world, keeper, ana)
  expect(ana.must('keeper.list', {})).toMatchObject([{ state: 'refused' }])
})

test('KEEP-1 nothing is kept for longer than its time', () => {
  const { world, keeper, say, item, box } = depositor(417)
  keeper.must('keeper.host', { for: 'anyone', days: 2 })
  say([item()])
  world.pass(24 * 3_600_000)
  expect(keeper.vault.tables.kept.after(box.address, 0, 10)).toHaveLength(1)
  world.pass(30 * 3_600_000)
  expect(keeper.vault.tables.kept.after(box.address, 0, 10)).toHaveLength(0)
  expect(keeper.must('keeper.hosting', {})).toMatchObject({ bytes: 0, accounts: [{ bytes: 0, mailboxes: 0 }] })
})

test('KEEP-1 only who deposited an item discards it, and has the keeper’s signature for it', () => {
  const { world, keeper, mallory, say, item, box } = depositor(418)
  say([item(), item()])
  const ana = new Cheater(world.add('Ana'))
  keptBy(world, keeper, ana.node)
  ana.silence()
  ana.say(keeper, 'discard', box.address, null)
  world.pass(10)
  expect(keeper.vault.tables.kept.after(box.address, 0, 10)).toHaveLength(2)
  mallory.say(keeper, 'discard', box.address, null)
  world.pass(10)
  expect(keeper.vault.tables.kept.after(box.address, 0, 10)).toHaveLength(0)
  const [address, count, at, signature] = (mallory.overheard.at(-1)?.fields ?? []) as [
    Uint8Array,
    number,
    number,
    Uint8Array,
  ]
  expect([address, count]).toEqual([box.address, 2])
  const account = mallory.turn((turn) => accountKeys(turn, keeper.id)).publicKey
  expect(verify(signature, receiptBytes(account, address, count, at), fromHex(keeper.device))).toBe(true)
})

test('KEY-2 a removed member with all its old keys finds and opens nothing of the new epoch at the keeper', () => {
  const { world, keeper, ana, bo, cy, id } = keptRealm(419)
  const mallory = new Cheater(bo)
  const row = mallory.row(id)
  const known = bo.vault.tables.keys.latest(row.key, 'seat')
  ana.must('artifact.revoke', { id, grantee: bo.id })
  ana.must('story.send', { storyId: id, text: 'later' })
  world.pass(5_000)
  expect(known?.epoch).toBe(1)
  const next = treeSecret({ ...row }, 2, known?.key ?? new Uint8Array(32))
  expect(keeper.vault.tables.kept.hasMailbox(mailbox(next).address)).toBe(false)
  const old = mailbox(treeSecret(row, 1, known?.key ?? new Uint8Array(32)))
  keptBy(world, keeper, bo)
  for (let count = 0; count < 50; count += 1) {
    mallory.say(keeper, 'deposit', count, [sealOuter(old, new Uint8Array([0, ...world.bytes(200)]))])
  }
  world.pass(5_000)
  ana.must('story.send', { storyId: id, text: 'still later' })
  world.pass(5_000)
  expect(textsOf(cy, id)).toEqual(['later', 'still later'])
  expect(new Cheater(cy).turn((turn) => authorityOf(turn, new Cheater(cy).row(id))?.epoch)).toBe(2)
})

test.each([431, 432, 433])(
  'KEEP-1 frames lost, doubled and out of order on the way lose nothing in the end: seed %i',
  (seed) => {
    const { world, ana, bo, id } = partedPair(seed)
    const said: string[] = []
    world.weather = { drop: 0.15, duplicate: 0.2, reorder: 0.3 }
    for (let round = 0; round < 6; round += 1) {
      const node = round % 2 === 0 ? ana : bo
      node.boot()
      world.pass(20_000)
      for (let count = 0; count < 5; count += 1) {
        const text = `${round}/${count}`
        node.must('story.send', { storyId: id, text })
        said.push(text)
        world.pass(1_000)
      }
      world.pass(60_000)
      node.crash()
      world.pass(1_000)
    }
    world.weather = { drop: 0, duplicate: 0, reorder: 0 }
    for (const node of [ana, bo, ana, bo]) visit(world, node, 40_000)
    expect(textsOf(ana, id).toSorted()).toEqual(said.toSorted())
    expect(textsOf(bo, id)).toEqual(textsOf(ana, id))
  },
)
