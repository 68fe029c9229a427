import type { ArtifactId, DeviceId } from '../../../shared/ids.ts'
import type { IdentityView } from '../../../shared/people-views.ts'
import { type Bytes, fromHex, fromUtf8, hex, toUint, uint, utf8 } from '../../crypto/bytes.ts'
import { identityCode } from '../../crypto/codes.ts'
import { kemKeys, kemPair } from '../../crypto/kem.ts'
import { signingKeys } from '../../crypto/signature.ts'
import { type Me, self, type Turn } from '../state.ts'
import { compose, createTree, rowOf } from '../trees/tree.ts'
import { type Device, parseDeviceList, proveDevice, signDeviceList } from './device-list.ts'
import { isPhraseSealed, playerKeysOf } from './player-key.ts'

/**
 * 24 words → 32 bytes of entropy → the player's signing key (whose public half is the PlayerId) and recovery KEM key.
 * The device's own keys are random and attested by the player's key in the device list. True when they were made now.
 */
export function wakeIdentity(turn: Turn): boolean {
  const isNew = !turn.tables.facts.get('device-list')
  if (isNew) createFacts(turn)
  turn.state.me = readFacts(turn)
  if (isNew) createVault(turn)
  return isNew
}

export function identityView(turn: Turn): IdentityView {
  const me = self(turn)
  const rehearsed = turn.tables.facts.get('rehearsed')
  return {
    playerId: me.player,
    name: me.name,
    code: identityCode(me.playerKeys.publicKey),
    devices: me.list.devices.map((device) => deviceView(turn, device)),
    sealed: turn.state.sealed,
    locked: isPhraseSealed(turn),
    ...(rehearsed ? { rehearsedAt: toUint(rehearsed) } : {}),
    ...(turn.tables.facts.get('restored') ? { restored: true } : {}),
    ...(turn.tables.facts.get('removed') ? { removed: true } : {}),
  }
}

function deviceView(turn: Turn, device: Device): IdentityView['devices'][number] {
  const isSelf = device.device === self(turn).device
  return {
    deviceId: device.device,
    name: device.name,
    self: isSelf,
    addedAt: device.addedAt,
    online: isSelf || [...turn.state.sessions.values()].some((each) => each.player && each.device === device.device),
  }
}

export function rename(turn: Turn, name: string): void {
  turn.tables.facts.put('name', utf8(name))
  self(turn).name = name
  turn.changes.touched.add(self(turn).vault)
}

/** After a rollback or a fork of this device's own logs: what is written from now on begins new logs. */
export function beginIncarnation(turn: Turn): void {
  const me = self(turn)
  me.incarnation = Math.max(me.incarnation + 1, turn.now)
  turn.tables.facts.put('incarnation', uint(me.incarnation, 6))
}

function createFacts(turn: Turn): void {
  const { facts } = turn.tables
  const entropy = turn.chance(32)
  facts.put('phrase', entropy)
  facts.put('device', turn.chance(32))
  facts.put('device-kem', turn.chance(32))
  facts.put('incarnation', uint(turn.now, 6))
  if (!facts.get('name')) facts.put('name', new Uint8Array(0))
  const { signing, recovery } = playerKeysOf(entropy)
  const device = presentDevice(turn, signing.publicKey, 'This device')
  facts.put('device-list', signDeviceList(signing, 1, [device], recovery.publicKey).bytes)
}

/** This device as it stands on a list of that player's. */
export function presentDevice(turn: Turn, player: Bytes, name: string): Device {
  const keys = signingKeys(fact(turn, 'device'))
  return {
    device: hex(keys.publicKey) as DeviceId,
    kem: kemKeys(fact(turn, 'device-kem')).publicKey,
    name,
    addedAt: turn.now,
    proof: proveDevice(keys, player),
  }
}

/** Who this vault is, read again from its facts. */
export function readFacts(turn: Turn): Me {
  const { facts } = turn.tables
  const list = parseDeviceList(fact(turn, 'device-list'))
  if (!list) throw new Error('own device list does not verify')
  const deviceKeys = signingKeys(fact(turn, 'device'))
  const device = hex(deviceKeys.publicKey) as DeviceId
  const listed = list.devices.find((each) => each.device === device)
  if (!listed) throw new Error('own device list lacks this device')
  const { player } = list
  turn.tables.devices.put(
    player,
    list.version,
    list.bytes,
    list.devices.map((each) => each.device),
  )
  const entropy = facts.get('phrase')
  const root = facts.get('vault')
  const inbox = facts.get('inbox')
  return {
    player,
    playerKeys: { publicKey: fromHex(player) },
    recoveryKem: entropy && playerKeysOf(entropy).recovery,
    device,
    deviceKeys,
    deviceKem: kemPair(fact(turn, 'device-kem'), listed.kem),
    list,
    name: fromUtf8(facts.get('name') ?? new Uint8Array(0)) ?? '',
    incarnation: toUint(fact(turn, 'incarnation')),
    vault: root ? toUint(root) : 0,
    vaultId: (root && turn.tables.artifacts.byKey(toUint(root))?.id) ?? noVault,
    inbox: inbox ? toUint(inbox) : 0,
    attentionCore: facts.get('attention-core'),
  }
}

export function createVault(turn: Turn): void {
  const me = self(turn)
  const vault = createTree(turn, 'vault', '')
  me.vault = vault.key
  me.vaultId = vault.id
  turn.tables.facts.put('vault', uint(vault.key, 6))
  const inbox = createTree(turn, 'inbox', 'Inbox')
  me.inbox = inbox.key
  turn.tables.facts.put('inbox', uint(inbox.key, 6))
  compose(turn, rowOf(turn, vault.key), inbox.id)
}

const noVault = '' as ArtifactId

function fact(turn: Turn, name: string): Bytes {
  const value = turn.tables.facts.get(name)
  if (!value) throw new Error(`the vault lacks ${name}`)
  return value
}
