import type { Args, CommandType, Value } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { Canonical } from '../crypto/canonical.ts'
import * as attention from './attention/attention.ts'
import { proofs } from './attention/attention-replica.ts'
import { grant } from './authority/membership.ts'
import { mayOnlyPropose, propose } from './authority/proposals.ts'
import { recall, revoke } from './authority/revocation.ts'
import * as transfer from './authority/transfer.ts'
import * as document from './documents/document.ts'
import { open as openSurface } from './documents/surface.ts'
import * as exchange from './exchanges/exchange.ts'
import { inviteDevice, joinDevice } from './identity/device-joining.ts'
import * as identity from './identity/identity.ts'
import { removeDevice } from './identity/own-devices.ts'
import { phrase, protect } from './identity/phrase.ts'
import { recover, rehearsal, rehearse } from './identity/recovery.ts'
import * as settings from './identity/settings.ts'
import * as keepers from './keeping/keepers.ts'
import { importLeaf } from './leaves/importing.ts'
import type { Later } from './leaves/jobs.ts'
import * as leaf from './leaves/leaf-commands.ts'
import { recallLeaf } from './leaves/leaf-writing.ts'
import { sendFrame } from './meeting/frame.ts'
import * as introduction from './meeting/introduction.ts'
import * as peering from './meeting/peering.ts'
import * as quick from './meeting/quick-connect.ts'
import { invite } from './realms/invite.ts'
import { joins } from './realms/join-state.ts'
import { open as openLink } from './realms/public-reading.ts'
import { link } from './realms/publishing.ts'
import * as realm from './realms/realm.ts'
import { delegateAdmission } from './realms/realm-delegate.ts'
import { search } from './showing/search.ts'
import { status } from './showing/status.ts'
import { cleanName, nameLimit, utf8Length } from './showing/text.ts'
import { heatView } from './showing/view.ts'
import { self, type Turn } from './state.ts'
import * as intention from './tokens/intention.ts'
import { release } from './tokens/release.ts'
import * as token from './tokens/token.ts'
import * as artifact from './trees/artifact.ts'
import { draft } from './trees/draft.ts'
import * as request from './trees/request.ts'
import * as story from './trees/story.ts'
import { branch } from './trees/story-branch.ts'
import { group } from './trees/story-group.ts'
import { backup } from './vault/backup.ts'
import * as catalogue from './vault/catalogue.ts'
import { exportAll } from './vault/exporting.ts'
import { verifyVault } from './vault/verification.ts'

type Handlers = { readonly [T in CommandType]: (turn: Turn, args: Args<T>) => Result<Value<T>> | Later }

/** The contract's rows, each with what decides it. Arguments were checked by the door. */
const handlers: Handlers = {
  'identity.get': (turn) => ok(identity.identityView(turn)),
  'identity.rename': renameSelf,
  'identity.phrase': phrase,
  'identity.protect': protect,
  'identity.recover': recover,
  'identity.rehearsal': (turn) => rehearsal(turn),
  'identity.rehearse': rehearse,
  'peer.add': peering.add,
  'peer.accept': peering.accept,
  'peer.remove': peering.remove,
  'peer.block': peering.block,
  'peer.unblock': peering.unblock,
  'peer.quick': quick.show,
  'peer.quickJoin': quick.type,
  'peer.quickFound': (turn) => ok(quick.found(turn)),
  'peer.quickConfirm': quick.confirm,
  'peer.introduce': introduction.introducePeers,
  'peer.list': (turn) => ok(peering.list(turn)),
  'vault.root': (turn) => ok({ id: self(turn).vaultId }),
  'vault.room': leaf.room,
  'vault.backup': backup,
  'vault.export': exportAll,
  'vault.verify': (turn) => ok(verifyVault(turn)),
  'artifact.create': artifact.create,
  'artifact.get': artifact.get,
  'artifact.children': artifact.children,
  'artifact.compose': artifact.compose,
  'artifact.uncompose': artifact.uncompose,
  'artifact.import': importLeaf,
  'artifact.save': leaf.save,
  'artifact.fetch': leaf.fetch,
  'artifact.cancel': leaf.cancel,
  'artifact.transfers': (turn) => ok(leaf.transfers(turn)),
  'artifact.grant': grant,
  'artifact.revoke': revoke,
  'artifact.recall': (turn, args) => (args.id.startsWith('blob:') ? recallLeaf(turn, args.id) : recall(turn, args)),
  'artifact.link': link,
  'artifact.open': openLink,
  'artifact.transfer': transfer.offer,
  'artifact.withdraw': transfer.withdraw,
  'artifact.acceptTransfer': transfer.accept,
  'artifact.rename': artifact.rename,
  'artifact.setMetadata': artifact.setMetadata,
  'artifact.place': artifact.place,
  'artifact.search': search,
  'story.dm': story.dm,
  'story.send': story.send,
  'story.entries': story.entries,
  'story.edit': story.edit,
  'story.delete': story.remove,
  'story.react': story.react,
  'story.branch': branch,
  'story.group': group,
  'story.markRead': story.markRead,
  'story.draft': draft,
  'story.typing': story.typing,
  'document.open': openSurface,
  'document.text': document.text,
  'document.edit': document.edit,
  'document.blocks': document.blocks,
  'document.block': document.setBlock,
  'document.format': document.format,
  'realm.create': realm.create,
  'realm.invite': invite,
  'realm.join': realm.join,
  'realm.requests': realm.requests,
  'realm.admit': realm.admitRequest,
  'realm.refuse': realm.refuseRequest,
  'realm.joins': (turn) => ok(joins(turn)),
  'realm.delegate': delegateAdmission,
  'realm.members': realm.members,
  'request.create': request.create,
  'request.offer': request.offer,
  'exchange.propose': exchange.propose,
  'exchange.get': exchange.get,
  'exchange.accept': exchange.accept,
  'exchange.reject': exchange.reject,
  'exchange.complete': exchange.complete,
  'intention.create': intention.create,
  'intention.proof': intention.proof,
  'intention.pledge': intention.pledge,
  'intention.release': release,
  'token.get': token.get,
  'token.bless': token.bless,
  'catalogue.list': catalogue.list,
  'device.list': (turn) => ok(identity.identityView(turn).devices),
  'device.invite': inviteDevice,
  'device.join': joinDevice,
  'device.remove': removeDevice,
  'attention.navigate': attention.navigate,
  'attention.back': attention.navigate,
  'attention.end': attention.end,
  'attention.log': attention.log,
  'attention.proofs': (turn) => ok(proofs(turn)),
  'heat.get': heat,
  'settings.get': (turn) => ok(settings.settingsOf(turn)),
  'settings.set': settings.set,
  'keeper.add': keepers.add,
  'keeper.remove': keepers.remove,
  'keeper.list': (turn) => ok(keepers.list(turn)),
  'keeper.host': keepers.host,
  'keeper.hosting': (turn) => ok(keepers.hosting(turn)),
  'keeper.dismiss': keepers.dismiss,
  'sync.status': (turn) => ok(status(turn)),
}

/** `later`: it is answered when what it began is done. */
export function command(turn: Turn, type: string, args: unknown): Result<unknown> | Later {
  if (!Object.hasOwn(handlers, type)) return refuse('UnknownCommand', `“${type.slice(0, 64)}”`)
  const seated = mayOnlyPropose(turn, type, args)
  if (seated) {
    propose(turn, seated, type, args as Canonical)
    return ok({})
  }
  const handler = handlers[type as CommandType] as (turn: Turn, args: unknown) => Result<unknown> | Later
  return handler(turn, args)
}

function renameSelf(turn: Turn, args: Args<'identity.rename'>): Result<Record<string, never>> {
  const name = cleanName(args.name)
  if (name === '') return refuse('InvalidArguments', 'A name needs at least one visible character.')
  if (utf8Length(name) > nameLimit) return refuse('TooLarge', 'A name may have 1,024 bytes.')
  identity.rename(turn, name)
  turn.changes.identity = true
  for (const session of turn.state.sessions.values()) {
    const isPeer = session.player && turn.tables.peers.get(session.player)?.status === 'confirmed'
    if (isPeer) sendFrame(turn, session.connection, 'profile', name)
  }
  return ok({})
}

function heat(turn: Turn, args: Args<'heat.get'>): Result<Value<'heat.get'>> {
  const row = turn.tables.artifacts.byId(args.id)
  return row ? ok(heatView(turn, row, args.at ?? turn.now)) : refuse('ArtifactNotFound')
}
