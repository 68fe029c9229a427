import { expect, it } from 'vitest'
import { emptyMirror, type Mirror, reflect, type SyncStatus } from '../mirror.ts'
import { aPeer, artifact } from '../sample.fixture.ts'
import { standing } from './standing.ts'

const sync: SyncStatus = {
  online: true,
  peers: [],
  interfaces: [],
  keepers: [],
  frozen: [],
  bytes: { sent: 0, received: 0 },
}

function mirror(over: Partial<SyncStatus>, ...peers: ReturnType<typeof aPeer>[]): Mirror {
  return [{ type: 'sync', sync: { ...sync, ...over } } as const, { type: 'peers', peers } as const].reduce(
    reflect,
    emptyMirror(),
  )
}

it('STATUS-1 says the worst first and is content only when someone is there and nothing is behind', () => {
  const bo = aPeer(2, { online: true })
  const behind = [{ artifactId: artifact(3), members: 2, behind: 4 }]
  expect(standing(mirror({}, bo), 'lost').tone).toBe('off')
  expect(standing(mirror({ online: false }, bo), 'live').text).toMatch(/Offline/)
  expect(standing(mirror({ interfaces: behind }, bo), 'live')).toMatchObject({
    tone: 'busy',
    text: 'Catching up in 1 place…',
  })
  expect(standing(mirror({}, aPeer(2)), 'live').tone).toBe('busy')
  expect(standing(mirror({}, bo), 'live').tone).toBe('good')
})
