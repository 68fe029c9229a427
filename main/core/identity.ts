import type { ArtifactId, DeviceId, PlayerId } from '../../shared/ids.ts'
import type { IdentityView } from '../../shared/views.ts'
import { type Bytes, fromUtf8, hex, toUint, uint, utf8 } from '../crypto/bytes.ts'
import { identityCode } from '../crypto/codes.ts'
import { derive } from '../crypto/digest.ts'
import { kemKeys, kemPair } from '../crypto/kem.ts'
import { signingKeys } from '../crypto/signature.ts'
import { wordsOf } from '../crypto/words.ts'
import { parseDeviceList, proveDevice, signDeviceList } from './device-list.ts'
import { type Me, self, type Turn } from './state.ts'
import { compose, createTree, rowOf } from './tree.ts'

/**
 * 24 words → 32 bytes of entropy → the player's signing key (whose public half is the PlayerId) and recovery KEM key.
 * The device's own keys are random and attested by the player's key in the device list. True when they were made now.
 */
export function wakeIdentity(turn: Turn): boolean {
  const isNew = !turn.tables.facts.get('phrase')
  if (isNew) createFacts(turn)
  turn.state.me = readFacts(turn)
  if (isNew) createVault(turn)
  return isNew
}

export function identityView(turn: Turn): IdentityView {
  const me = self(turn)
  return {
    playerId: me.player,
    name: me.name,
    code: identityCode(me.playerKeys.publicKey),
    devices: me.list.devices.map((device) => ({
      deviceId: device.device,
      name: device.name,
      self: device.device === me.device,
      addedAt: device.addedAt,
    })),
    sealed: turn.state.sealed,
  }
}

/** The 24 words. Whoever has them is this player: shown to the owner only, never sent, never logged. */
export function phrase(turn: Turn): string[] {
  return wordsOf(fact(turn, 'phrase'))
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
  facts.put('phrase', turn.chance(32))
  facts.put('device', turn.chance(32))
  facts.put('device-kem', turn.chance(32))
  facts.put('incarnation', uint(turn.now, 6))
  if (!facts.get('name')) facts.put('name', new Uint8Array(0))
  const { playerKeys, kemSeed } = playerOf(fact(turn, 'phrase'))
  const deviceKeys = signingKeys(fact(turn, 'device'))
  const device = {
    device: hex(deviceKeys.publicKey) as DeviceId,
    kem: kemKeys(fact(turn, 'device-kem')).publicKey,
    name: 'This device',
    addedAt: turn.now,
    proof: proveDevice(deviceKeys, playerKeys.publicKey),
  }
  facts.put('device-list', signDeviceList(playerKeys, 1, [device], kemKeys(kemSeed).publicKey).bytes)
}

function readFacts(turn: Turn): Me {
  const { facts } = turn.tables
  const { playerKeys, kemSeed } = playerOf(fact(turn, 'phrase'))
  const deviceKeys = signingKeys(fact(turn, 'device'))
  const list = parseDeviceList(fact(turn, 'device-list'))
  if (!list) throw new Error('own device list does not verify')
  const device = hex(deviceKeys.publicKey) as DeviceId
  const listed = list.devices.find((each) => each.device === device)
  if (!listed) throw new Error('own device list lacks this device')
  const player = hex(playerKeys.publicKey) as PlayerId
  turn.tables.devices.put(
    player,
    list.version,
    list.bytes,
    list.devices.map((each) => each.device),
  )
  const root = facts.get('vault')
  const inbox = facts.get('inbox')
  return {
    player,
    playerKeys,
    recoveryKem: kemPair(kemSeed, list.recovery),
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

function createVault(turn: Turn): void {
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

function playerOf(entropy: Bytes) {
  return {
    playerKeys: signingKeys(derive('indra player signing v1', entropy)),
    kemSeed: derive('indra player kem v1', entropy),
  }
}

function fact(turn: Turn, name: string): Bytes {
  const value = turn.tables.facts.get(name)
  if (!value) throw new Error(`the vault lacks ${name}`)
  return value
}
