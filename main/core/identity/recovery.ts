import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result, refuse } from '../../../shared/fault.ts'
import { toUint, uint } from '../../crypto/bytes.ts'
import { entropyOf, wordsOf } from '../../crypto/words.ts'
import { bytesAt, type Frame, sendFrame } from '../meeting/frame.ts'
import type { Session } from '../meeting/session.ts'
import { sendWelcome } from '../realms/welcoming.ts'
import { self, type Turn } from '../state.ts'
import { isUntouched, renewSelf } from './becoming.ts'
import { type DeviceList, mostDevices, parseDeviceList, signDeviceList, supersedes } from './device-list.ts'
import { presentDevice, readFacts } from './identity.ts'
import { keepList, keepOwnList, listOf, putList } from './known-lists.ts'
import { isPhraseSealed, openPhrase, playerKeysOf, protectPhrase } from './player-key.ts'
import { renewSeats, takeSeats } from './renewing.ts'

/**
 * KEY-1: from the 24 words comes the player, on a new device that is the only one from then on. What is shared comes
 * back from those it is shared with: they keep its keys wrapped to the recovery key. It knows nobody: somebody's code
 * is how it finds the first of them. Facts: `recovered`, and `arriving` until its list is newer than any other.
 */
export function recover(turn: Turn, args: Args<'identity.recover'>): Result<Value<'identity.recover'>> {
  const entropy = entropyOf(args.words)
  if (!entropy)
    return refuse('InvalidArguments', 'These are not 24 words that belong together: check each and their order.')
  if (!isUntouched(turn)) return refuse('NotPermitted', 'This vault is somebody’s already: begin with an empty one.')
  const { signing, recovery } = playerKeysOf(entropy)
  const device = presentDevice(turn, signing.publicKey, 'Recovered device')
  // older than any list there is: whoever knows one answers with it
  const list = signDeviceList(signing, 0, [device], recovery.publicKey)
  renewSelf(turn, () => {
    protectPhrase(turn, entropy, undefined)
    turn.tables.facts.put('device-list', list.bytes)
    for (const name of ['recovered', 'arriving']) turn.tables.facts.put(name, Uint8Array.of(1))
  })
  return ok({ playerId: self(turn).player })
}

/**
 * A vault made of a backup: its device may live on elsewhere, and two of one device would write two histories. It
 * becomes another device before it says anything, and takes the seats of the one it was copied from.
 */
export function becomeAnother(turn: Turn): void {
  const { facts } = turn.tables
  if (!facts.get('restored') || isPhraseSealed(turn)) return
  const phrase = openPhrase(turn, undefined)
  if (!phrase.ok) return
  const me = self(turn)
  facts.put('device', turn.chance(32))
  facts.put('device-kem', turn.chance(32))
  const { signing } = playerKeysOf(phrase.value)
  const others = me.list.devices.slice(-(mostDevices - 1))
  const devices = [...others, presentDevice(turn, signing.publicKey, 'Restored device')]
  facts.put('device-list', signDeviceList(signing, me.list.version + 1, devices, me.list.recovery).bytes)
  facts.put('arriving', Uint8Array.of(1))
  facts.put('incarnation', uint(Math.max(me.incarnation + 1, turn.now), 6))
  for (const name of ['restored', 'attention-incarnation', 'device-invite', 'device-join']) facts.drop(name)
  turn.state.me = readFacts(turn)
  takeSeats(turn, me.device)
  turn.due.lists.add(me.player)
}

/** A list that is newer than this newcomer's and does not have it: the newcomer puts itself on that. */
export function newestTold(turn: Turn, session: Session, frame: Frame): void {
  const me = self(turn)
  const bytes = bytesAt(frame, 0)
  const list = bytes && parseDeviceList(bytes)
  const phrase = turn.tables.facts.get('phrase')
  if (!list || list.player !== me.player || !supersedes(list, me.list)) return
  if (!phrase || !turn.tables.facts.get('arriving')) return keepList(turn, list)
  const isRecovered = turn.tables.facts.get('recovered') !== undefined
  putList(turn, list)
  const own = me.list.devices.filter((each) => each.device === me.device)
  const devices = isRecovered ? own : [...list.devices.slice(-(mostDevices - 1)), ...own]
  keepOwnList(turn, signDeviceList(playerKeysOf(phrase).signing, list.version + 1, devices, list.recovery))
  // on a new connection it says who it is anew
  turn.effects.push({ type: 'hang-up', connection: session.connection, reason: 'to come back under a newer list' })
}

/** To who shows an older list of this player's than is known here: what it has to go on from, or that it is over. */
export function tellNewest(turn: Turn, session: Session, shown: DeviceList): boolean {
  const newest = listOf(turn, shown.player)
  if (newest) sendFrame(turn, session.connection, 'newest', newest.bytes)
  return newest !== undefined
}

/** At every meeting: what is shared and not here. */
export function askMissing(turn: Turn, session: Session): void {
  if (turn.tables.facts.get('recovered')) sendFrame(turn, session.connection, 'missing')
}

export function missingAsked(turn: Turn, session: Session): void {
  const { player } = session
  if (!player || player === self(turn).player) return
  for (const row of turn.tables.artifacts.sharedWith(player)) {
    const isThere = turn.tables.holdings.of(row.key).some((holding) => holding.holder === session.device)
    if (row.type !== 'dm' && row.status === 'active' && !isThere) sendWelcome(turn, session, row)
  }
}

/**
 * What came back and was one's own: this device takes its seat, and then cuts off the lost ones. Not at once: what they
 * said has to be fetched before, for what is not held when they are cut off counts no more (AUTH-3).
 */
export function takeOver(turn: Turn): void {
  if (!turn.tables.facts.get('recovered')) return
  takeSeats(turn)
  renewSeats(turn, self(turn).list)
}

/** Three places among the words, asked for without showing any: who knows them has them written down. */
export function rehearsal(turn: Turn): Result<Value<'identity.rehearsal'>> {
  const positions: number[] = []
  while (positions.length < 3) {
    const position = (toUint(turn.chance(4)) % 24) + 1
    if (!positions.includes(position)) positions.push(position)
  }
  positions.sort((a, b) => a - b)
  turn.tables.facts.put('rehearsal', Uint8Array.from(positions))
  return ok({ positions })
}

export function rehearse(turn: Turn, args: Args<'identity.rehearse'>): Result<Record<string, never>> {
  const positions = turn.tables.facts.get('rehearsal')
  if (!positions) return refuse('InvalidArguments', 'Ask for the places first.')
  const phrase = openPhrase(turn, args.passphrase)
  if (!phrase.ok) return phrase
  const words = wordsOf(phrase.value)
  const isRight = [...positions].every((position, index) => words[position - 1] === clean(args.words[index]))
  turn.tables.facts.drop('rehearsal')
  if (!isRight)
    return refuse('InvalidArguments', 'These are not the words at those places. Look them up and try again.')
  turn.tables.facts.put('rehearsed', uint(turn.now, 6))
  turn.changes.identity = true
  return ok({})
}

function clean(word: string | undefined): string {
  return (word ?? '').normalize('NFKD').trim().toLowerCase()
}
