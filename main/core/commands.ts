import type { Args, CommandType, Value } from '../../shared/contract.ts'
import { ok, type Result, refuse } from '../../shared/fault.ts'
import type { Canonical } from '../crypto/canonical.ts'
import * as artifact from './artifact.ts'
import * as attention from './attention.ts'
import { proofs } from './attention-replica.ts'
import { backup } from './backup.ts'
import * as catalogue from './catalogue.ts'
import { inviteDevice, joinDevice } from './device-joining.ts'
import * as document from './document.ts'
import { draft } from './draft.ts'
import * as exchange from './exchange.ts'
import { exportAll } from './exporting.ts'
import { sendFrame } from './frame.ts'
import * as identity from './identity.ts'
import { importLeaf } from './importing.ts'
import * as intention from './intention.ts'
import * as introduction from './introduction.ts'
import { invite } from './invite.ts'
import type { Later } from './jobs.ts'
import { joins } from './join-state.ts'
import * as keepers from './keepers.ts'
import * as leaf from './leaf-commands.ts'
import { recallLeaf } from './leaf-writing.ts'
import { grant } from './membership.ts'
import { removeDevice } from './own-devices.ts'
import * as peering from './peering.ts'
import { phrase, protect } from './phrase.ts'
import { mayOnlyPropose, propose } from './proposals.ts'
import { open as openLink } from './public-reading.ts'
import { link } from './publishing.ts'
import * as quick from './quick-connect.ts'
import * as realm from './realm.ts'
import { delegateAdmission } from './realm-delegate.ts'
import { recover, rehearsal, rehearse } from './recovery.ts'
import { release } from './release.ts'
import * as request from './request.ts'
import { recall, revoke } from './revocation.ts'
import { search } from './search.ts'
import * as settings from './settings.ts'
import { self, type Turn } from './state.ts'
import { status } from './status.ts'
import * as story from './story.ts'
import { branch } from './story-branch.ts'
import { group } from './story-group.ts'
import { open as openSurface } from './surface.ts'
import { cleanName, nameLimit, utf8Length } from './text.ts'
import * as token from './token.ts'
import * as transfer from './transfer.ts'
import { verifyVault } from './verification.ts'
import { heatView } from './view.ts'

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
