import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Args, CommandType } from '../../shared/contract.ts'
import { type FaultCode, fault } from '../../shared/fault.ts'
import type { ArtifactId } from '../../shared/ids.ts'
import { gather, pair } from './gathering.ts'
import type { Node } from './world.ts'

/** How one fault comes about: here, by what people ask; or in another test, by its title. */
type Way = (() => FaultCode | undefined) | { readonly file: string; readonly title: string }

const nothing = `doc:${'0'.repeat(64)}` as ArtifactId
const leaf = `blob:${'0'.repeat(64)}` as ArtifactId

function codeOf<T extends CommandType>(node: Node, command: T, args: Args<T>): FaultCode | undefined {
  const result = node.ask(command, args)
  return result.ok ? undefined : result.fault.code
}

const ways: { readonly [Code in FaultCode]: Way } = {
  NotSteward: () => {
    const { nodes, id } = gather(800, ['Ana', 'Bo', 'Cy'])
    return codeOf(nodes[1], 'artifact.revoke', { id, grantee: nodes[2].id })
  },
  NotActive: () => {
    const { world, nodes, id } = gather(801, ['Ana', 'Bo'])
    nodes[0].must('artifact.revoke', { id, grantee: nodes[1].id })
    world.pass(2_000)
    return codeOf(nodes[1], 'story.send', { storyId: id, text: 'still here?' })
  },
  ArtifactNotFound: () => codeOf(pair(802).ana, 'artifact.get', { id: nothing }),
  ArtifactRecalled: { file: 'main/simulation/access-ending.test.ts', title: 'ACC-4' },
  ArtifactTransferred: { file: 'main/simulation/access-transfer.test.ts', title: 'ACC-9' },
  NotATree: () => codeOf(pair(803).ana, 'artifact.compose', { treeId: leaf, childId: nothing }),
  AlreadyPeered: () => {
    const { ana, bo } = pair(804)
    return codeOf(ana, 'peer.add', { code: bo.code })
  },
  NotPeered: () => codeOf(gather(805, ['Ana']).nodes[0], 'story.dm', { playerId: pair(806).bo.id }),
  PayloadNotLoaded: { file: 'main/simulation/leaves.test.ts', title: 'ERR-1' },
  AlreadyGranted: () => {
    const { ana, bo } = pair(807)
    const { id } = ana.must('realm.create', { name: 'Class' })
    ana.must('artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
    return codeOf(ana, 'artifact.grant', { id, grantee: bo.id, mode: 'revocable' })
  },
  CannotRevoke: { file: 'main/simulation/leaf-records.test.ts', title: 'NAME-3' },
  ExchangeNotFullyAccepted: { file: 'main/simulation/exchange.test.ts', title: 'EXC-3' },
  ExchangeClosed: { file: 'main/simulation/exchange.test.ts', title: 'EXC-3' },
  InvalidCode: () => codeOf(pair(808).ana, 'peer.add', { code: 'indra1nothing' }),
  CodeExpired: () => {
    const { world, ana, bo } = pair(809)
    const { id } = ana.must('realm.create', { name: 'Class' })
    const { code } = ana.must('realm.invite', { id, expiresAt: world.now + 1_000 })
    world.pass(2_000)
    return codeOf(bo, 'realm.join', { code })
  },
  NotPermitted: () => {
    const { ana, bo, id } = pair(810)
    return codeOf(ana, 'artifact.revoke', { id, grantee: bo.id })
  },
  TooLarge: () => {
    const { ana, id } = pair(811)
    return codeOf(ana, 'story.send', { storyId: id, text: 'é'.repeat(40_000) })
  },
  InvalidArguments: () => codeOf(pair(812).ana, 'identity.rename', { name: ' ' }),
  UnknownCommand: { file: 'main/doors/door.test.ts', title: 'CLIENT-4' },
  Unauthorized: { file: 'main/doors/door.test.ts', title: 'CLIENT-5' },
  RateLimited: { file: 'main/doors/door.test.ts', title: 'CLIENT-11' },
  StoreFailed: { file: 'main/store/store.test.ts', title: 'STORE-5' },
  VaultInUse: { file: 'main/store/store.test.ts', title: 'STORE-3' },
  VaultCorrupt: { file: 'main/store/damage.test.ts', title: 'STORE-8' },
  PortInUse: { file: 'main/swarm/dht.test.ts', title: 'SWARM-31' },
  DiskFull: { file: 'main/store/durability.test.ts', title: 'STORE-10' },
}

const codes = Object.keys(ways) as FaultCode[]

test.each(codes.filter((code) => typeof ways[code] === 'function'))('ERR-2 %s happens', (code) => {
  const way = ways[code]
  expect(typeof way === 'function' && way()).toBe(code)
})

test('ERR-2 what happens in other tests stands there: the title, and the fault by its name', () => {
  for (const [code, way] of Object.entries(ways)) {
    if (typeof way !== 'object') continue
    const source = readFileSync(fileURLToPath(new URL(`../../${way.file}`, import.meta.url)), 'utf8')
    expect(source, code).toContain(`'${way.title} `)
    expect(source, code).toContain(code)
  }
})

test('ERR-2 every fault says what to do', () => {
  for (const code of codes) expect(fault(code).message, code).toMatch(/^[A-Z].*\.$/)
})
