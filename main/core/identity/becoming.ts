import type { ArtifactId } from '../../../shared/ids.ts'
import { type Bytes, uint, utf8 } from '../../crypto/bytes.ts'
import { authorityChain } from '../authority/governance.ts'
import { dropContent } from '../authority/removal.ts'
import { judge } from '../logs/judgement.ts'
import { recallAll } from '../logs/private-notes.ts'
import { logName, receive } from '../logs/reception.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'
import { addArtifact, rowOf } from '../trees/tree.ts'
import { parseDeviceList } from './device-list.ts'
import { createVault, readFacts } from './identity.ts'
import { keepPhraseFacts, phraseFacts } from './player-key.ts'

const mostAuthority = 10_000

/** What a device of a player has to be given to be one: the rest stands in the Vault's log. */
export type Legacy = {
  readonly phrase: Bytes | null
  readonly sealed: Bytes | null
  readonly list: Bytes
  readonly name: string
  /** Vault and Inbox */
  readonly trees: readonly [LegacyTree, LegacyTree]
}

type LegacyTree = {
  readonly id: ArtifactId
  readonly secret: Bytes
  readonly createdAt: number
  /** keys of epochs 1, 2, … */
  readonly epochs: readonly Bytes[]
  readonly chain: readonly Bytes[]
}

export function legacyOf(turn: Turn): Legacy {
  const me = self(turn)
  const [phrase, sealed] = phraseFacts(turn)
  const trees = [treeOf(turn, rowOf(turn, me.vault)), treeOf(turn, rowOf(turn, me.inbox))] as const
  return { phrase, sealed, list: me.list.bytes, name: me.name, trees }
}

/** Nothing was made, said or asked here yet. */
export function isUntouched(turn: Turn): boolean {
  const me = self(turn)
  const others = [...turn.tables.artifacts.all()].filter((row) => row.key !== me.vault && row.key !== me.inbox)
  const hasBegun = turn.tables.peers.all().length > 0 || recallAll(turn, undefined, 'join:').length > 0
  return others.length === 0 && !hasBegun && me.list.devices.length === 1
}

/** The identity this vault was made with goes, and everything under it; its device goes on under another player. */
export function becomeDevice(turn: Turn, legacy: Legacy): void {
  const before = leaveSelf(turn)
  keepPhraseFacts(turn, legacy.phrase, legacy.sealed)
  turn.tables.facts.put('device-list', legacy.list)
  turn.tables.facts.put('name', utf8(legacy.name))
  const [vault, inbox] = legacy.trees.map((tree, index) => addTree(turn, tree, index === 0 ? 'vault' : 'inbox', legacy))
  if (!vault || !inbox) throw new Error('a legacy of two trees')
  turn.tables.facts.put('vault', uint(vault.key, 6))
  turn.tables.facts.put('inbox', uint(inbox.key, 6))
  dropAll(turn, before)
  turn.state.me = readFacts(turn)
  for (const [index, row] of [vault, inbox].entries()) takeChain(turn, row, legacy.trees[index]?.chain ?? [])
  turn.due.seek = true
  turn.due.follow = true
  turn.changes.identity = true
  turn.changes.touched.add(vault.key).add(inbox.key)
}

/** Likewise, with a Vault and an Inbox that are new. `keep` writes who one is into the facts. */
export function renewSelf(turn: Turn, keep: () => void): void {
  const before = leaveSelf(turn)
  keep()
  turn.tables.facts.drop('vault')
  turn.tables.facts.drop('inbox')
  turn.state.me = readFacts(turn)
  createVault(turn)
  dropAll(turn, before)
  turn.due.seek = true
  turn.changes.identity = true
}

/** Nobody is connected to who one was, and nothing is written as them any more. Gives what is to go. */
function leaveSelf(turn: Turn): ArtifactRow[] {
  for (const session of turn.state.sessions.values()) {
    turn.effects.push({
      type: 'hang-up',
      connection: session.connection,
      reason: 'this device is another person’s now',
    })
  }
  turn.state.sessions.clear()
  beginAgain(turn)
  return [...turn.tables.artifacts.all()]
}

function dropAll(turn: Turn, rows: readonly ArtifactRow[]): void {
  for (const row of rows) dropArtifact(turn, row)
  for (const note of turn.tables.notes.all(0, '')) turn.tables.notes.drop(0, note.name)
}

/** A new incarnation, of the attention chain too where there was one. */
function beginAgain(turn: Turn): void {
  const { facts, attention } = turn.tables
  const me = self(turn)
  const incarnation = Math.max(me.incarnation + 1, turn.now)
  const hasAttended = attention.incarnations(me.device).length > 0
  facts.put('incarnation', uint(incarnation, 6))
  for (const name of ['device-join', 'device-invite', 'rehearsed', 'removed']) facts.drop(name)
  if (!hasAttended) return
  facts.put('attention-incarnation', uint(incarnation, 6))
  turn.effects.push({ type: 'rotate-attention' })
}

function addTree(turn: Turn, tree: LegacyTree, type: string, legacy: Legacy): ArtifactRow {
  const list = parseDeviceList(legacy.list)
  const row = addArtifact(turn, tree.id, tree.secret, type, tree.createdAt, list?.player)
  for (const [index, key] of tree.epochs.entries()) turn.tables.keys.put(row.key, 'seat', index + 1, key)
  return row
}

function treeOf(turn: Turn, row: ArtifactRow): LegacyTree {
  const latest = turn.tables.keys.latest(row.key, 'seat')?.epoch ?? 0
  const epochs: Bytes[] = []
  for (let epoch = 1; epoch <= latest; epoch += 1) {
    const key = turn.tables.keys.get(row.key, 'seat', epoch)
    if (key) epochs.push(key)
  }
  return {
    id: row.id,
    secret: row.secret,
    createdAt: row.createdAt,
    epochs,
    chain: authorityChain(turn, row, 0, mostAuthority),
  }
}

function takeChain(turn: Turn, row: ArtifactRow, chain: readonly Bytes[]): void {
  const logs = new Map<string, LogRow>(turn.tables.logs.of(row.key).map((log) => [logName(log), log]))
  for (const bytes of chain) receive(turn, row, bytes, logs)
  judge(turn, row)
}

function dropArtifact(turn: Turn, row: ArtifactRow): void {
  dropContent(turn, row)
  const { logs, envelopes, notes, artifacts } = turn.tables
  envelopes.dropAll(row.key)
  for (const note of notes.all(row.key, '')) notes.drop(row.key, note.name)
  logs.dropAll(row.key)
  artifacts.drop(row.key)
}
