import { describe, expect, test } from 'vitest'
import type { ArtifactId } from '../../shared/ids.ts'
import { entriesOf } from './gathering.ts'
import { type Node, World } from './world.ts'

const day = 86_400_000
const mostSteps = process.env['INDRA_LONG'] ? 40 : 8

/** Crashes a node instead of letting it take its n-th happening from now on; tells whether it came to that. */
function crashAt(node: Node, count: number): () => boolean {
  const take = node.take.bind(node)
  let [left, isDone] = [count, false]
  node.take = (happening) => {
    // a command that was not answered was not given
    if (happening.type === 'asked') return take(happening)
    if (!isDone && left === 0) {
      isDone = true
      node.crash()
      return
    }
    left -= 1
    if (node.isUp) take(happening)
  }
  return () => isDone
}

function scene(seed: number, approve: boolean) {
  const world = new World(seed)
  const [ana, bo] = [world.add('Ana'), world.add('Bo')]
  const { id } = ana.must('realm.create', { name: 'Realm' })
  ana.must('story.send', { storyId: id, text: 'welcome' })
  const { code } = ana.must('realm.invite', { id, approve })
  world.pass(100)
  return { world, ana, bo, id, code }
}

/** Somebody at the inviter's presses Admit as soon as they see the request. */
function admitAll(ana: Node, id: ArtifactId): void {
  if (!ana.isUp) return
  for (const { playerId } of ana.must('realm.requests', { id })) ana.ask('realm.admit', { id, playerId })
}

describe('REALM-3 joining resumes after a crash of either side at any step, and costs one use', () => {
  for (const approve of [false, true]) {
    for (const side of ['inviter', 'newcomer'] as const) {
      test(`${side}, ${approve ? 'with' : 'without'} approval`, { timeout: 120_000 }, () => {
        let steps = 0
        for (let count = 0; ; count += 1) {
          const { world, ana, bo, id, code } = scene(1_220 + count, approve)
          bo.must('realm.join', { code })
          const hasCrashed = crashAt(side === 'inviter' ? ana : bo, count)
          for (let at = 0; at < 10; at += 1) {
            world.pass(400)
            admitAll(ana, id)
          }
          const came = hasCrashed()
          world.pass(day)
          world.heal()
          for (let at = 0; at < 3; at += 1) {
            admitAll(ana, id)
            world.pass(40_000)
          }
          expect(bo.ask('realm.join', { code }), `step ${count}`).toMatchObject({ value: { status: 'joined' } })
          expect(
            ana
              .must('realm.members', { id })
              .map((member) => member.name)
              .sort(),
          ).toEqual(['Ana', 'Bo'])
          expect(entriesOf(bo, id).map((entry) => entry.text)).toEqual(['welcome'])
          bo.must('story.send', { storyId: id, text: 'here' })
          world.pass(1_000)
          expect(entriesOf(ana, id)).toHaveLength(2)
          const cy = world.add('Cy')
          cy.must('realm.join', { code })
          world.pass(60_000)
          expect(ana.must('realm.members', { id })).toHaveLength(2)
          steps = count
          if (!came || count >= mostSteps) break
        }
        expect(steps).toBeGreaterThan(4)
      })
    }
  }
})

test('REALM-2 how joining ends is told: refused, used up, or expired; asking again clears it', () => {
  const { world, ana, bo, id, code } = scene(1_290, true)
  const [cy, dee] = [world.add('Cy'), world.add('Dee')]
  bo.must('realm.join', { code })
  world.pass(5_000)
  expect(bo.must('realm.joins', {})).toEqual([{ id, status: 'waiting' }])
  ana.must('realm.refuse', { id, playerId: bo.id })
  world.pass(5_000)
  expect(bo.must('realm.joins', {})).toMatchObject([{ id, status: 'refused', why: 'refused' }])
  const open = ana.must('realm.invite', { id, approve: false }).code
  for (const node of [cy, dee]) {
    node.must('realm.join', { code: open })
    world.pass(5_000)
  }
  expect(cy.must('realm.joins', {})).toEqual([])
  expect(cy.pushed.flatMap((event) => (event.type === 'joining' ? [event.status] : []))).toEqual(['asking', 'joined'])
  expect(dee.must('realm.joins', {})).toMatchObject([{ id, status: 'refused', why: 'used' }])
  expect(dee.pushed).toContainEqual({ type: 'joining', id, status: 'refused', why: 'used' })
  const short = ana.must('realm.invite', { id, approve: false, expiresAt: world.now + 3_600_000 }).code
  ana.crash()
  dee.must('realm.join', { code: short })
  expect(dee.must('realm.joins', {})).toEqual([{ id, status: 'asking' }])
  world.pass(2 * 3_600_000)
  expect(dee.must('realm.joins', {})).toMatchObject([{ id, status: 'refused', why: 'expired' }])
  expect(dee.topics.filter((topic) => topic.lookup)).toEqual([])
  expect(dee.ask('realm.join', { code: short })).toMatchObject({ fault: { code: 'CodeExpired' } })
})

test('REALM-2 access for a time is given by a code too, and ends by itself', () => {
  const { world, ana, bo, id } = scene(1_291, false)
  for (const wrong of [{ mode: 'timed' }, { until: world.now + day }, { mode: 'timed', until: world.now }] as const) {
    expect(ana.ask('realm.invite', { id, ...wrong })).toMatchObject({ fault: { code: 'InvalidArguments' } })
  }
  const { code } = ana.must('realm.invite', { id, mode: 'timed', until: world.now + day, approve: false })
  bo.must('realm.join', { code })
  world.pass(10_000)
  expect(ana.must('artifact.get', { id }).grants).toMatchObject([{ grantee: bo.id, mode: 'timed' }])
  world.pass(day + 60_000)
  expect(ana.must('realm.members', { id })).toHaveLength(1)
  expect(entriesOf(bo, id)).toEqual([])
})

test('PEER-1 what was pasted instead of an identity code is named', () => {
  const { ana, bo, code } = scene(1_292, false)
  const why = (text: string) => {
    const result = ana.ask('peer.add', { code: text })
    return result.ok ? '' : `${result.fault.code} ${result.fault.message}`
  }
  expect(why(code)).toMatch(/^InvalidCode .*realm/)
  expect(why(bo.must('device.invite', {}).code)).toMatch(/^InvalidCode .*device/)
  expect(why(` “${bo.code.slice(0, -1)}”`)).toMatch(/^InvalidCode .*not whole/)
  expect(why('hello')).toMatch(/^InvalidCode That is not an identity code/)
  expect(
    why(`\n “indra://${bo.code.toUpperCase().slice(0, 30)}\r\n ${bo.code.toUpperCase().slice(30)}?name=Bo” `),
  ).toBe('')
})
