import type { Turn } from '../state.ts'
import type { Tables } from '../tables.ts'

/**
 * The same turn for a stretch in which nothing is written any more: what is read twice is remembered. Views ask for the
 * same members, visits and peers many times over.
 */
export function reading(turn: Turn): Turn {
  const { tables } = turn
  const once = <Args extends unknown[], Value>(read: (...args: Args) => Value) => remembering(read)
  const remembered: Tables = {
    ...tables,
    artifacts: {
      ...tables.artifacts,
      byId: once(tables.artifacts.byId),
      byKey: once(tables.artifacts.byKey),
      byAttentionTag: once(tables.artifacts.byAttentionTag),
    },
    members: { ...tables.members, of: once(tables.members.of) },
    peers: { ...tables.peers, get: once(tables.peers.get) },
    visits: { ...tables.visits, of: once(tables.visits.of) },
    holdings: { ...tables.holdings, of: once(tables.holdings.of) },
    amendments: { ...tables.amendments, of: once(tables.amendments.of) },
    notes: { ...tables.notes, get: once(tables.notes.get) },
    entries: { ...tables.entries, get: once(tables.entries.get) },
    keys: { ...tables.keys, get: once(tables.keys.get) },
    envelopes: { ...tables.envelopes, at: once(tables.envelopes.at) },
  }
  return { ...turn, tables: remembered }
}

/** Arguments are ids, numbers and 16-byte tags: they name themselves as text. */
function remembering<Args extends unknown[], Value>(read: (...args: Args) => Value): (...args: Args) => Value {
  const known = new Map<string, Value>()
  return (...args) => {
    const name = args.join('|')
    if (!known.has(name)) known.set(name, read(...args))
    return known.get(name) as Value
  }
}
