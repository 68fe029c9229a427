import { expect, test } from 'vitest'
import { World } from './world.ts'

test('REALM-4 joining again with the same code costs no use', () => {
  const world = new World(750)
  const [ana, bo, cy] = [world.add('Ana'), world.add('Bo'), world.add('Cy')] as const
  const { id } = ana.must('realm.create', { name: 'Class' })
  const { code } = ana.must('realm.invite', { id, uses: 2, approve: false })
  for (const times of [1, 2, 3]) {
    bo.must('realm.join', { code })
    world.pass(5_000)
    expect(bo.must('realm.join', { code }), `time ${times}`).toMatchObject({ id, status: 'joined' })
  }
  cy.must('realm.join', { code })
  world.pass(5_000)
  expect(cy.must('artifact.get', { id }).status).toBe('active')
})
