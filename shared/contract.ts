import { z } from 'zod'
import { artifactCommands } from './commands/artifact.ts'
import { attentionCommands } from './commands/attention.ts'
import { compositeCommands } from './commands/composite.ts'
import { documentCommands } from './commands/document.ts'
import { exchangeCommands } from './commands/exchange.ts'
import { identityCommands } from './commands/identity.ts'
import { keeperCommands } from './commands/keeper.ts'
import { peerCommands } from './commands/peer.ts'
import { realmCommands } from './commands/realm.ts'
import { settingsCommands } from './commands/settings.ts'
import { storyCommands } from './commands/story.ts'
import { syncCommands } from './commands/sync.ts'
import { vaultCommands } from './commands/vault.ts'
import { artifactId, entryId, playerId } from './ids.ts'
import { identityView, peerView, quickView, settingsView } from './people-views.ts'
import { artifactView, childView, delivery, entryView, transferView } from './views.ts'

/** Every command there is: one row each. Names and shapes are relied on by programs outside this repository. */
export const commands = {
  ...identityCommands,
  ...peerCommands,
  ...vaultCommands,
  ...artifactCommands,
  ...storyCommands,
  ...documentCommands,
  ...realmCommands,
  ...compositeCommands,
  ...exchangeCommands,
  ...attentionCommands,
  ...settingsCommands,
  ...keeperCommands,
  ...syncCommands,
} as const

export type CommandType = keyof typeof commands
export type Args<T extends CommandType> = z.infer<(typeof commands)[T]['in']>
export type Value<T extends CommandType> = z.infer<(typeof commands)[T]['out']>

/** Everything pushed to those who watch. The renderer has one reducer: replace by id, latest wins. */
export const pushEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('changed'), id: artifactId, view: artifactView }),
  z.object({ type: z.literal('child'), treeId: artifactId, child: childView }),
  z.object({ type: z.literal('entry'), storyId: artifactId, entry: entryView }),
  /** many entries changed at once: fetch what is shown again */
  z.object({ type: z.literal('refreshed'), storyId: artifactId }),
  /** the text of a Document changed: fetch what is shown of it again */
  z.object({ type: z.literal('text'), id: artifactId, heads: z.array(z.string()) }),
  z.object({ type: z.literal('peer'), peer: peerView }),
  z.object({ type: z.literal('delivery'), storyId: artifactId, entries: z.array(z.object({ entryId, delivery })) }),
  z.object({ type: z.literal('inbox'), id: artifactId, waiting: z.number().int() }),
  z.object({ type: z.literal('identity'), identity: identityView }),
  z.object({ type: z.literal('online'), online: z.boolean() }),
  /** everyone else who types in a Story now; nobody when empty */
  z.object({ type: z.literal('typing'), storyId: artifactId, players: z.array(playerId) }),
  z.object({ type: z.literal('quick'), ...quickView.shape }),
  z.object({ type: z.literal('transfer'), transfer: transferView }),
  /** how asking to be let in goes on */
  z.object({
    type: z.literal('joining'),
    id: artifactId,
    status: z.enum(['asking', 'waiting', 'joined', 'refused']),
    why: z.enum(['refused', 'used', 'expired']).optional(),
  }),
  z.object({ type: z.literal('settings'), settings: settingsView }),
])
export type PushEvent = z.infer<typeof pushEvent>
