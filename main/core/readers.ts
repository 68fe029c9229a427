import * as replica from './attention/attention-replica.ts'
import * as witness from './attention/attention-witness.ts'
import { removedTold } from './authority/removal.ts'
import * as transfer from './authority/transfer.ts'
import { adoptAsked, adopted } from './identity/device-joining.ts'
import { devicesTold } from './identity/known-lists.ts'
import * as recovery from './identity/recovery.ts'
import { fetchedTold, keptTold } from './keeping/collecting.ts'
import { depositedTold } from './keeping/depositing.ts'
import { discardedTold } from './keeping/discarding.ts'
import { keeperTold } from './keeping/keeper-link.ts'
import * as keeping from './keeping/keeping.ts'
import * as sync from './logs/sync.ts'
import { parseFrame } from './meeting/frame.ts'
import * as sessions from './meeting/handshake.ts'
import * as introduction from './meeting/introduction.ts'
import * as peering from './meeting/peering.ts'
import * as presence from './meeting/presence.ts'
import * as quick from './meeting/quick-connect.ts'
import type { Session } from './meeting/session.ts'
import * as reading from './realms/public-reading.ts'
import * as joining from './realms/realm-joining.ts'
import { moreWelcomeAsked, seatsAsked } from './realms/welcoming.ts'
import type { Turn } from './state.ts'

/** What came on a connection, handed to whoever takes frames of that name from such a session. */
export function received(turn: Turn, connection: number, bytes: Uint8Array): void {
  const session = turn.state.sessions.get(connection)
  turn.state.bytes.received += bytes.length
  const frame = session && parseFrame(bytes)
  if (!session || !frame) return
  const readers = session.player ? friends : strangers
  if (Object.hasOwn(readers, frame.name)) readers[frame.name]?.(turn, session, frame)
}

type Reader = (turn: Turn, session: Session, frame: NonNullable<ReturnType<typeof parseFrame>>) => void

/** Between a keeper and those it keeps for, who need not say who they are. */
const keptFor: Record<string, Reader> = {
  account: keeping.accountShown,
  deposit: keeping.depositAsked,
  fetch: keeping.fetchAsked,
  discard: keeping.discardAsked,
  keeper: keeperTold,
  deposited: depositedTold,
  kept: keptTold,
  fetched: fetchedTold,
  discarded: discardedTold,
}

/** With a link's key, before and without anything else. */
const byLink: Record<string, Reader> = {
  welcome: (turn, session, frame) => void reading.welcomeRead(turn, session, frame),
  'welcome?': moreWelcomeAsked,
  vector: sync.vectorTold,
  want: sync.wanted,
  envelopes: sync.envelopesTold,
}

/** Before the other side has proved who they are. */
const strangers: Record<string, Reader> = {
  knock: sessions.knocked,
  hello: sessions.greeted,
  'list?': sessions.listAsked,
  list: sessions.listTold,
  trust: sessions.trusted,
  newest: recovery.newestTold,
  ...keptFor,
  ...byLink,
}

/** Once both sides have proved who they are. */
const friends: Record<string, Reader> = {
  'list?': sessions.listAsked,
  request: peering.requested,
  accept: peering.accepted,
  profile: peering.profileTold,
  attention: replica.attentionTold,
  witness: witness.witnessTold,
  'testimony?': witness.testimonyAsked,
  testimony: witness.testimonyTold,
  summary: sync.summaryTold,
  tokens: sync.tokensTold,
  vector: sync.vectorTold,
  want: sync.wanted,
  envelopes: sync.envelopesTold,
  have: sync.haveTold,
  ephemeral: presence.told,
  quick: quick.quickTold,
  introduce: introduction.introduceTold,
  introduced: introduction.introducedTold,
  join: joining.joinAsked,
  joining: joining.joiningTold,
  welcome: (turn, session, frame) => {
    if (!reading.welcomeRead(turn, session, frame)) joining.welcomed(turn, session, frame)
  },
  knock: sessions.knocked,
  'welcome?': moreWelcomeAsked,
  removed: removedTold,
  'seats?': seatsAsked,
  offer: transfer.offerTold,
  taken: transfer.acceptanceTold,
  ...keptFor,
  devices: devicesTold,
  missing: recovery.missingAsked,
  adopt: adoptAsked,
  adopted,
}
