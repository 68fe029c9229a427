import type { DeviceId, EntryId, PlayerId } from '../../shared/ids.ts'
import { openVault } from './store.ts'

// Writes to the vault in argv[2] until killed, and says each number that is durable. Transaction n adds 40 envelopes and
// entries and raises the log's length and the fact `n` accordingly.

const vault = await openVault({ directory: process.argv[2] ?? '' })
const { artifacts, logs, envelopes, entries, facts } = vault.tables
const log = logs.byKey(1) ?? start()
const player = 'ab'.repeat(32) as PlayerId

for (let n = log.length / 40; ; n++) {
  vault.transaction(() => {
    for (let seq = n * 40; seq < n * 40 + 40; seq++) {
      envelopes.append(log.key, seq, new Uint8Array(32).fill(seq % 256), new Uint8Array(400).fill(seq % 251))
      const id = seq.toString(16).padStart(64, '0') as EntryId
      entries.put({ artifact: log.artifact, id, clock: seq, log: log.key, seq, rank: `${seq}`, player })
    }
    logs.update({ ...log, length: n * 40 + 40 })
    facts.put('n', Uint8Array.of(n >> 16, n >> 8, n))
  })
  console.log(n)
  // lets the line out
  await new Promise((resolve) => setImmediate(resolve))
}

function start() {
  return vault.transaction(() => {
    const bytes = new Uint8Array(32)
    const artifact = artifacts.add({
      id: `doc:${'cd'.repeat(32)}` as Parameters<typeof artifacts.byId>[0],
      tag: bytes.subarray(16),
      attentionTag: bytes.subarray(16),
      secret: bytes,
      type: 'story',
      steward: 'ab'.repeat(32) as PlayerId,
      createdAt: 0,
      status: 'active',
      name: 'story',
      others: 0,
      digest: bytes,
      epoch: 0,
    })
    return logs.add({
      artifact: artifact.key,
      kind: 'writer',
      device: 'ef'.repeat(32) as DeviceId,
      incarnation: 1,
      length: 0,
      head: bytes,
      forkAt: undefined,
      judged: 0,
      clock: 0,
      position: 0,
      epoch: 0,
    })
  })
}
