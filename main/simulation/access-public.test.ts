import { expect, test } from 'vitest'
import { parseFrame } from '../core/meeting/frame.ts'
import { gather, textsOf } from './gathering.ts'

/** A realm of Ana's and Bo's that is open to everyone, and Eve, a stranger with the link. */
function opened(seed: number) {
  const { world, nodes, id } = gather(seed, ['Ana', 'Bo'])
  const [ana, bo] = nodes
  const eve = world.add('Eve')
  ana.must('story.send', { storyId: id, text: 'before' })
  ana.must('artifact.grant', { id, grantee: '*', mode: 'public' })
  ana.must('story.send', { storyId: id, text: 'open' })
  world.pass(2_000)
  const { code } = ana.must('artifact.link', { id })
  return { world, ana, bo, eve, id, code }
}

test('ACC-10 anyone with the link reads, writes nothing, keeps nothing, and is no audience', () => {
  const { world, ana, bo, eve, id, code } = opened(1_200)
  expect(code).toMatch(/^indra:open:/)
  expect(ana.must('artifact.get', { id }).grants).toContainEqual(
    expect.objectContaining({ grantee: '*', mode: 'public' }),
  )
  expect(eve.must('artifact.open', { code: ` “${code}” ` })).toEqual({ id })
  world.pass(5_000)
  expect(textsOf(eve, id)).toEqual(['before', 'open'])
  expect(eve.must('artifact.get', { id })).toMatchObject({ name: 'Realm', reading: true, keeps: false })
  bo.must('story.send', { storyId: id, text: 'later' })
  world.pass(65_000)
  expect(textsOf(eve, id)).toEqual(['before', 'open', 'later'])
  expect(eve.ask('story.send', { storyId: id, text: 'me too' })).toMatchObject({ fault: { code: 'NotActive' } })
  expect(eve.ask('artifact.rename', { id, name: 'Mine' }).ok).toBe(false)
  for (const node of [ana, bo, eve]) {
    expect(node.must('artifact.get', { id }).audience, node.name).not.toContain(eve.id)
    expect(node.must('realm.members', { id })).toHaveLength(2)
  }
  expect(ana.must('sync.status', {}).peers).toEqual([])
  for (const frame of ana.heard)
    expect(parseFrame(frame)?.fields).not.toContainEqual(eve.state.me?.playerKeys.publicKey)
})

test('AUTH-9 what was public begins an epoch that the link does not open; what was read stays', () => {
  const { world, ana, bo, eve, id, code } = opened(1_201)
  expect(ana.ask('artifact.grant', { id, grantee: '*', mode: 'public' })).toMatchObject({
    fault: { code: 'AlreadyGranted' },
  })
  eve.must('artifact.open', { code })
  world.pass(5_000)
  ana.must('artifact.revoke', { id, grantee: '*' })
  bo.must('story.send', { storyId: id, text: 'among us' })
  world.pass(75_000)
  expect(textsOf(eve, id)).toEqual(['before', 'open'])
  expect(textsOf(ana, id)).toEqual(['before', 'open', 'among us'])
  expect(ana.must('artifact.get', { id }).grants.some((grant) => grant.grantee === '*')).toBe(false)
  expect(ana.ask('artifact.link', { id })).toMatchObject({ fault: { code: 'NotPermitted' } })
  const late = world.add('Late')
  late.must('artifact.open', { code })
  world.pass(40_000)
  expect(late.ask('artifact.get', { id })).toMatchObject({ fault: { code: 'ArtifactNotFound' } })
  eve.take({ type: 'projections-lost' })
  world.pass(1_000)
  expect(textsOf(eve, id)).toEqual(['before', 'open'])
})

test('AUTH-9 somebody removed while it is public reads on by the link alone; the members serve it', () => {
  const { world, ana, bo, eve, id, code } = opened(1_202)
  ana.must('artifact.revoke', { id, grantee: bo.id })
  ana.must('story.send', { storyId: id, text: 'after Bo' })
  world.pass(5_000)
  eve.must('artifact.open', { code })
  world.pass(5_000)
  expect(textsOf(eve, id)).toEqual(['before', 'open', 'after Bo'])
  expect(textsOf(bo, id)).toEqual([])
})

test('AUTH-9 a link is one of its own kind, and whole', () => {
  const { ana, eve, id, code } = opened(1_203)
  const invite = ana.must('realm.invite', { id }).code
  for (const wrong of [invite, code.slice(0, -1), code.slice(0, 40), 'indra:open:', code.replace('open', 'shut'), '']) {
    expect(eve.ask('artifact.open', { code: wrong }), wrong).toMatchObject({ fault: { code: 'InvalidCode' } })
  }
  expect(ana.ask('artifact.grant', { id, grantee: eve.id, mode: 'public' })).toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
  expect(ana.ask('artifact.grant', { id, grantee: '*', mode: 'permanent' })).toMatchObject({
    fault: { code: 'InvalidArguments' },
  })
})
