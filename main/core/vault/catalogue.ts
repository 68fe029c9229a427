import type { Args, Value } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/fault.ts'
import type { MemberRow } from '../rows.ts'
import { nameOfArtifact } from '../showing/view.ts'
import { self, type Turn } from '../state.ts'

const pageLength = 100

/** VAULT-2: everything this player stewards or was granted, newest first. A view: nothing is delivered by it. */
export function list(turn: Turn, args: Args<'catalogue.list'>): Result<Value<'catalogue.list'>> {
  const me = self(turn)
  const words = args.query?.normalize('NFC').toLowerCase()
  const items: Value<'catalogue.list'>['items'] = []
  for (const row of turn.tables.artifacts.all()) {
    if (row.key === me.vault || row.key === me.inbox || row.status === 'waiting') continue
    const type = row.type === 'dm' ? 'story' : row.type
    const isMine = row.type !== 'dm' && row.steward === me.player
    if ((args.type && type !== args.type) || (args.mine !== undefined && isMine !== args.mine)) continue
    const own = turn.tables.members.of(row.key).find((member) => member.player === me.player)
    const name = own ? nameOfArtifact(turn, row) : ''
    if (!own || (words && !name.toLowerCase().includes(words))) continue
    const { id, steward, status, createdAt } = row
    items.push({ id, type, name, steward, mine: isMine, status, createdAt, ...grantOf(own) })
  }
  items.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
  const from = args.offset ?? 0
  return ok({ items: items.slice(from, from + (args.limit ?? pageLength)), total: items.length })
}

function grantOf({ role, mode, expiresAt, grantedBy }: MemberRow) {
  if (role === 'steward') return {}
  return { mode, grantedBy, ...(expiresAt === undefined ? {} : { expiresAt }) }
}
