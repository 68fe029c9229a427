import { describe, expect, test } from 'vitest'
import { textsOf } from './gathering.ts'
import { World } from './world.ts'

describe('two people', () => {
  test('MAIN-1 a request is accepted, both have one DM, and what one says the other reads', () => {
    const world = new World(1)
    const ana = world.add('Ana')
    const bo = world.add('Bo')
    expect(ana.must('peer.add', { code: bo.code, message: 'It is me' })).toEqual({ playerId: bo.id, status: 'pending' })
    world.pass(5_000)
    expect(bo.must('peer.list', {})).toMatchObject([
      { playerId: ana.id, name: 'Ana', status: 'pending', direction: 'in', message: 'It is me' },
    ])
    bo.must('peer.accept', { playerId: ana.id })
    world.pass(5_000)
    expect(ana.must('peer.list', {})).toMatchObject([
      { playerId: bo.id, name: 'Bo', status: 'confirmed', online: true },
    ])
    const { id } = ana.must('story.dm', { playerId: bo.id })
    expect(bo.must('story.dm', { playerId: ana.id })).toEqual({ id })
    ana.must('story.send', { storyId: id, text: 'the kiln opens at four' })
    world.pass(1_000)
    expect(bo.must('story.entries', { storyId: id }).items).toMatchObject([
      { author: ana.id, text: 'the kiln opens at four' },
    ])
    expect(ana.must('story.entries', { storyId: id }).items[0]?.delivery).toMatchObject({
      state: 'everyone',
      have: 1,
      of: 1,
    })
    const root = ana.must('vault.root', {}).id
    expect(
      ana
        .must('artifact.children', { id: root })
        .items.map((child) => child.name)
        .sort(),
    ).toEqual(['Bo', 'Inbox'])
  })

  test('MAIN-2 what is said while the other is away is there when they come back', () => {
    const world = new World(2)
    const ana = world.add('Ana')
    const bo = world.add('Bo')
    ana.must('peer.add', { code: bo.code })
    world.pass(5_000)
    bo.must('peer.accept', { playerId: ana.id })
    world.pass(5_000)
    const { id } = ana.must('story.dm', { playerId: bo.id })
    bo.crash()
    world.pass(2_000)
    ana.must('story.send', { storyId: id, text: 'are you there?' })
    expect(ana.must('story.entries', { storyId: id }).items[0]?.delivery.state).toBe('local')
    world.pass(60_000)
    bo.boot()
    world.pass(5_000)
    expect(bo.must('story.entries', { storyId: id }).items).toMatchObject([{ text: 'are you there?' }])
    expect(ana.must('story.entries', { storyId: id }).items[0]?.delivery.state).toBe('everyone')
  })

  test('ATT-2 who stays in the Story warms it on the other side', () => {
    const world = new World(3)
    const ana = world.add('Ana')
    const bo = world.add('Bo')
    ana.must('peer.add', { code: bo.code })
    world.pass(5_000)
    bo.must('peer.accept', { playerId: ana.id })
    world.pass(5_000)
    const { id } = ana.must('story.dm', { playerId: bo.id })
    expect(ana.must('heat.get', { id }).heat).toBe(0)
    bo.must('attention.navigate', { to: id })
    world.pass(30_000)
    const heat = ana.must('heat.get', { id })
    expect(heat.heat).toBeGreaterThan(0.1)
    expect(heat.contributors).toMatchObject([{ playerId: bo.id, present: true }])
  })

  test('REALM-1 an invite lets one in after approval; both read the same', () => {
    const world = new World(4)
    const ana = world.add('Ana')
    const bo = world.add('Bo')
    const { id } = ana.must('realm.create', { name: 'Tuesday class' })
    ana.must('story.send', { storyId: id, text: 'before you came' })
    const { code } = ana.must('realm.invite', { id })
    expect(bo.must('realm.join', { code })).toEqual({ id, status: 'asking' })
    bo.must('story.send', { storyId: id, text: 'said while waiting' })
    world.pass(5_000)
    expect(ana.must('realm.requests', { id })).toMatchObject([{ playerId: bo.id, name: 'Bo' }])
    ana.must('realm.admit', { id, playerId: bo.id })
    world.pass(5_000)
    expect(
      bo
        .must('realm.members', { id })
        .map((member) => member.name)
        .sort(),
    ).toEqual(['Ana', 'Bo'])
    // neither had heard of the other's words: any order, but one for both
    expect(textsOf(ana, id).toSorted()).toEqual(['before you came', 'said while waiting'])
    expect(textsOf(bo, id)).toEqual(textsOf(ana, id))
    for (const node of [ana, bo]) expect(node.must('artifact.get', { id }).name).toBe('Tuesday class')
    ana.must('artifact.revoke', { id, grantee: bo.id })
    ana.must('story.send', { storyId: id, text: 'not for Bo' })
    world.pass(5_000)
    expect(bo.must('artifact.get', { id }).status).toBe('revoked')
    expect(bo.must('story.entries', { storyId: id }).items).toEqual([])
  })
})
