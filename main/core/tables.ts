import type { ArtifactId, DeviceId, EntryId, PlayerId } from '../../shared/ids.ts'
import type { Place } from '../../shared/views.ts'
import type {
  AccountRow,
  AmendmentRow,
  ArtifactRow,
  AttentionRow,
  BlobRow,
  EntryRow,
  FoundRow,
  HoldingRow,
  LeafRow,
  LogRow,
  MemberRow,
  PeerRow,
  ReferenceRow,
  VisitRow,
} from './rows.ts'

/**
 * The vault's own maps, which `step` may read and change. `run` wraps each step in one transaction: either all of its
 * changes are durable or none happened. Byte arrays given out are never changed by the caller.
 *
 * Truth: `facts`, `artifacts` (directory), `logs`, `envelopes`, `keys`, `attention`, `blobs`. Everything else is a projection:
 * `forget()` deletes it and the core rebuilds it from the truth with identical results.
 */
export interface Tables {
  /** Small named values of this device: its seeds, settings, marks. Sealed at rest. */
  readonly facts: {
    get(name: string): Uint8Array | undefined
    put(name: string, value: Uint8Array): void
    drop(name: string): void
  }
  readonly artifacts: {
    byId(id: ArtifactId): ArtifactRow | undefined
    byKey(key: number): ArtifactRow | undefined
    byTag(tag: Uint8Array): ArtifactRow | undefined
    byAttentionTag(tag: Uint8Array): ArtifactRow | undefined
    add(row: Omit<ArtifactRow, 'key'>): ArtifactRow
    update(row: ArtifactRow): void
    /** the row itself: what belongs to it has to be gone before */
    drop(key: number): void
    all(): IterableIterator<ArtifactRow>
    /** artifacts that their stewards took back */
    recalled(): ArtifactRow[]
    /** artifacts with members other than oneself */
    shared(): ArtifactRow[]
    /** artifacts that both `players` are members of, without the unsealed names: for reconciling on connect */
    sharedWith(player: PlayerId): ArtifactRow[]
  }
  readonly members: {
    of(artifact: number): MemberRow[]
    put(row: MemberRow): void
    clear(artifact: number): void
    /** whose access has ended by then, in any artifact */
    expired(now: number): MemberRow[]
    /** when the next one ends */
    nextExpiry(): number | undefined
    /** every player who is a member of anything, each once */
    companions(): PlayerId[]
  }
  readonly logs: {
    of(artifact: number): LogRow[]
    byKey(key: number): LogRow | undefined
    add(row: Omit<LogRow, 'key'>): LogRow
    update(row: LogRow): void
    dropAll(artifact: number): void
  }
  readonly envelopes: {
    append(log: number, seq: number, hash: Uint8Array, bytes: Uint8Array): void
    at(log: number, seq: number): { hash: Uint8Array; bytes: Uint8Array } | undefined
    /** in order of seq, at most `limit` */
    from(log: number, seq: number, limit: number): { seq: number; hash: Uint8Array; bytes: Uint8Array }[]
    /** a second envelope at a (log, seq) that is already taken: the proof of a fork */
    addSibling(log: number, seq: number, hash: Uint8Array, bytes: Uint8Array): void
    siblings(log: number): { seq: number; hash: Uint8Array; bytes: Uint8Array }[]
    /** deletes what a revoked member's app no longer may hold */
    dropAll(artifact: number): void
  }
  /** Content keys by artifact, scope (hex of the device that made them, or `seat`) and epoch. Sealed at rest. */
  readonly keys: {
    get(artifact: number, scope: string, epoch: number): Uint8Array | undefined
    latest(artifact: number, scope: string): { epoch: number; key: Uint8Array } | undefined
    of(artifact: number): { scope: string; epoch: number; key: Uint8Array }[]
    put(artifact: number, scope: string, epoch: number, key: Uint8Array): void
    dropAll(artifact: number): void
  }
  /** This device's and others' attention events: raw, in chain order. */
  readonly attention: {
    append(row: AttentionRow): void
    of(device: DeviceId, incarnation: number, fromSeq: number, limit: number): AttentionRow[]
    last(device: DeviceId, incarnation: number): AttentionRow | undefined
    incarnations(device: DeviceId): number[]
    devicesOf(player: PlayerId): DeviceId[]
    addFork(row: AttentionRow): void
    forks(): AttentionRow[]
  }

  /** What this device keeps for others (KEEP-1): sealed items in mailboxes, counted by account. Nothing of it is read. */
  readonly kept: {
    account(id: Uint8Array): AccountRow | undefined
    accounts(): AccountRow[]
    open(id: Uint8Array, at: number): void
    /** takes nothing from it any more; what it deposited goes */
    refuse(id: Uint8Array): void
    hasMailbox(mailbox: Uint8Array): boolean
    /** its position; `undefined` when it was there already */
    put(account: Uint8Array, mailbox: Uint8Array, hash: Uint8Array, bytes: Uint8Array, at: number): number | undefined
    /** in order of position */
    after(mailbox: Uint8Array, position: number, limit: number): { position: number; bytes: Uint8Array }[]
    /** of this account's items in a mailbox all, or those named; how many went */
    discard(account: Uint8Array, mailbox: Uint8Array, hashes: readonly Uint8Array[] | undefined): number
    /** at most `limit` items that came before `at`; how many went */
    expire(at: number, limit: number): number
    total(): number
  }
  /** How far this device has come with each keeper of its own or of others, by name. Lost, it is found out anew. */
  readonly marks: {
    get(keeper: PlayerId, name: string): number | undefined
    put(keeper: PlayerId, name: string, value: number): void
    /** all of a keeper whose name begins with `prefix` */
    all(keeper: PlayerId, prefix: string): { name: string; value: number }[]
    /** the greatest of this name at any keeper */
    most(name: string): number | undefined
    clear(keeper: PlayerId): void
    drop(keeper: PlayerId, name: string): void
    /** those whose name begins with `prefix`, of all keepers */
    forget(prefix: string): void
  }
  /** Bytes that are kept whole beside the vault, by the name of their sealed form. */
  readonly blobs: {
    get(address: Uint8Array): BlobRow | undefined
    /** those whose content this is */
    of(leaf: ArtifactId): BlobRow[]
    all(): BlobRow[]
    put(row: BlobRow): void
    drop(address: Uint8Array): void
    /** bytes of all their contents */
    total(): number
    /** they came by way of this artifact, so they are handed on there and nowhere else */
    use(address: Uint8Array, artifact: number): void
    isUsed(address: Uint8Array, artifact: number): boolean
  }

  // ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** Entries hold no text: `log` and `seq` say which sealed envelope does. */
  readonly entries: {
    /** keeps the row with the smaller (device, incarnation, seq) order `rank` when the id is taken; true if kept */
    put(row: EntryRow): boolean
    get(artifact: number, id: EntryId): EntryRow | undefined
    at(log: number, seq: number): EntryRow | undefined
    /** the newest `limit` before the given row in (clock, id) order, oldest first */
    page(artifact: number, before: EntryRow | undefined, limit: number): EntryRow[]
    count(artifact: number): number
    lastClock(artifact: number): number
    /** entries after this (clock, id) by others than `player`, among the newest 1,000 */
    countAfter(artifact: number, after: EntryRow | undefined, player: PlayerId): number
    clear(artifact: number): void
  }
  /** What changes an entry: edits, removals, reactions, marks. A set: the order of arrival never matters. */
  readonly amendments: {
    put(row: AmendmentRow): void
    of(artifact: number, target: EntryId): AmendmentRow[]
    /** newest by (clock, hash) of one kind by one player anywhere in the artifact */
    newest(artifact: number, kind: AmendmentRow['kind'], player: PlayerId): AmendmentRow | undefined
    clear(artifact: number): void
  }
  /** Leaves that lie in artifacts, by their entries. */
  readonly leaves: {
    /** keeps the row with the smaller `rank` when the id is taken; true if kept */
    put(row: LeafRow): boolean
    get(artifact: number, id: EntryId): LeafRow | undefined
    /** wherever this Leaf lies */
    of(leaf: ArtifactId): LeafRow[]
    /** wherever these sealed bytes are named */
    at(address: Uint8Array): LeafRow[]
    count(artifact: number): number
    clear(artifact: number): void
  }
  readonly references: {
    put(row: ReferenceRow): void
    drop(tree: number, refId: string): void
    get(tree: number, refId: string): ReferenceRow | undefined
    of(tree: number, child: ArtifactId): ReferenceRow[]
    /** trees that refer to this child */
    parents(child: ArtifactId): number[]
    /** in (position, refId) order */
    page(tree: number, offset: number, limit: number): ReferenceRow[]
    /** all, or those of the steward's spine only: not what members put in (`open:…`) */
    count(tree: number, of?: 'spine'): number
    clear(tree: number): void
  }
  readonly places: {
    get(tree: number, child: ArtifactId): Place | undefined
    put(tree: number, child: ArtifactId, place: Place): void
    clear(tree: number): void
  }
  readonly metadata: {
    of(tree: number): Record<string, string>
    put(tree: number, name: string, value: string | undefined): void
    clear(tree: number): void
  }
  readonly peers: {
    get(player: PlayerId): PeerRow | undefined
    put(row: PeerRow): void
    drop(player: PlayerId): void
    all(): PeerRow[]
  }
  /** Signed device lists of everyone this vault has to do with. */
  readonly devices: {
    /** newest list of a player: canonical bytes as signed */
    listOf(player: PlayerId): Uint8Array | undefined
    ownerOf(device: DeviceId): PlayerId | undefined
    put(player: PlayerId, version: number, list: Uint8Array, devices: readonly DeviceId[]): void
  }
  /** Who is known to hold how much of which log: the ground of every delivery mark. */
  readonly holdings: {
    put(row: HoldingRow): void
    of(artifact: number): HoldingRow[]
    clear(artifact: number): void
  }
  /** Visits made of attention events: intervals a player was at a tag. */
  readonly visits: {
    put(row: VisitRow): void
    /** ends an open visit */
    end(device: DeviceId, incarnation: number, seq: number, at: number): void
    /** forgets the visits of one chain */
    clear(device: DeviceId, incarnation: number): void
    of(tag: Uint8Array): VisitRow[]
    /** visits not ended */
    open(): VisitRow[]
  }
  /** Private state of an artifact's copy: hidden entries, own read mark, requests and invites. Kept as small values. */
  readonly notes: {
    get(artifact: number, name: string): Uint8Array | undefined
    put(artifact: number, name: string, value: Uint8Array): void
    drop(artifact: number, name: string): void
    /** all whose name begins with `prefix`, in name order */
    all(artifact: number, prefix: string): { name: string; value: Uint8Array }[]
    /** every artifact's notes whose name begins with `prefix` */
    everywhere(prefix: string): { artifact: number; name: string; value: Uint8Array }[]
  }
  /** The index of words. `noted` is what changed and is not taken in yet, in the order it was noted. */
  readonly search: {
    note(artifact: number, item: string): void
    noted(limit: number): FoundRow[]
    /** the words of an item from now on; none forgets it. What has the greater rank is found first */
    put(artifact: number, item: string, rank: number, words: readonly string[]): void
    /** items in which each of these begins some word */
    find(beginnings: readonly string[], limit: number): FoundRow[]
    clear(artifact: number): void
  }
  /** deletes every projection */
  forget(): void
}
