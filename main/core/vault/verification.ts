import { equal } from '../../crypto/bytes.ts'
import { showChain } from '../attention/attention-replica.ts'
import { authorityOf, govern } from '../authority/governance.ts'
import { endedStatus, ownRemoval } from '../authority/removal.ts'
import { openWaiting } from '../documents/documents.ts'
import { envelopeHash, isSigned, parseEnvelope } from '../logs/envelope.ts'
import { judgeAnew } from '../logs/judgement.ts'
import { logsDigest } from '../logs/log.ts'
import { dmPartners, reopenDm } from '../meeting/dm.ts'
import type { ArtifactRow, LogRow } from '../rows.ts'
import { self, type Turn } from '../state.ts'

const pageLength = 500
const mostProblems = 100
/**
 * Notes that no log could make again: own edits that wait, former tags of a DM, where peers keep their attention, what
 * witnesses said, files that are wanted or were found to be false.
 */
const remembered = ['edit:', 'tag:', 'core:', 'witness:', 'want:', 'false:']

/** Reads every envelope held: hash, chain and signature. Changes nothing. */
export function verifyVault(turn: Turn): { ok: boolean; problems: string[] } {
  const problems: string[] = []
  for (const row of turn.tables.artifacts.all()) {
    for (const log of turn.tables.logs.of(row.key)) {
      if (problems.length >= mostProblems) return { ok: false, problems }
      const problem = verifyLog(turn, log)
      if (problem) problems.push(`${row.id} ${log.kind} ${log.device.slice(0, 8)}: ${problem}`)
    }
  }
  return { ok: problems.length === 0, problems }
}

/** Deletes every projection and makes it again from the logs: the Vault first, for its notes say who is who. */
export function rebuild(turn: Turn): void {
  const kept = remembered.flatMap((prefix) => turn.tables.notes.everywhere(prefix))
  turn.tables.forget()
  for (const { artifact, name, value } of kept) turn.tables.notes.put(artifact, name, value)
  turn.state.authorities.clear()
  turn.state.documents.clear()
  const me = self(turn)
  turn.tables.devices.put(
    me.player,
    me.list.version,
    me.list.bytes,
    me.list.devices.map((each) => each.device),
  )
  const rows = [...turn.tables.artifacts.all()].sort((a, b) => Number(b.key === me.vault) - Number(a.key === me.vault))
  const [vault, ...others] = rows
  if (vault) rebuildOne(turn, vault)
  // the Vault's notes say who is who
  const partners = dmPartners(turn)
  for (const row of others) {
    const partner = partners.get(row.id)
    if (row.type === 'dm' && partner) reopenDm(turn, row, partner)
    rebuildOne(turn, row)
  }
  rebuildVisits(turn)
  openWaiting(turn)
  // read again, not heard anew: what follows from these lists was done before
  turn.due.lists.clear()
}

function rebuildOne(turn: Turn, row: ArtifactRow): void {
  govern(turn, row)
  const present = turn.tables.artifacts.byKey(row.key) ?? row
  turn.tables.artifacts.update({ ...present, digest: logsDigest(turn, present) })
  judgeAnew(turn, turn.tables.artifacts.byKey(row.key) ?? row)
  const removal = ownRemoval(turn, row.id)
  if (!removal || (authorityOf(turn, row)?.length ?? 0) > removal.position) return
  turn.tables.artifacts.update({ ...(turn.tables.artifacts.byKey(row.key) ?? row), ...endedStatus(removal.why) })
}

function rebuildVisits(turn: Turn): void {
  for (const peer of [self(turn).player, ...turn.tables.peers.all().map((each) => each.player)]) {
    for (const device of turn.tables.attention.devicesOf(peer)) {
      for (const incarnation of turn.tables.attention.incarnations(device)) showChain(turn, device, incarnation, peer)
    }
  }
}

function verifyLog(turn: Turn, log: LogRow): string | undefined {
  let prev: Uint8Array = new Uint8Array(32)
  for (let seq = 0; seq < log.length; ) {
    const page = turn.tables.envelopes.from(log.key, seq, pageLength)
    if (page.length === 0) return `ends at ${seq} of ${log.length}`
    for (const held of page) {
      const envelope = parseEnvelope(held.bytes)
      if (held.seq !== seq) return `lacks ${seq}`
      if (!envelope || !equal(envelopeHash(held.bytes), held.hash)) return `is damaged at ${seq}`
      if (!equal(envelope.prev, prev) || !isSigned(envelope)) return `does not hold together at ${seq}`
      prev = held.hash
      seq += 1
    }
  }
  return equal(prev, log.head) ? undefined : 'has another head'
}
