/** What its owner may set otherwise. */
export const usualKeeping = { accountBytes: 512 * 1_048_576, days: 60 }

/** What a keeper gives to each account, and to all of them. */
export const keepingLimits = {
  accounts: 1_000,
  accountMailboxes: 10_000,
  totalBytes: 16 * 1_024 * 1_048_576,
  /** items one session may deposit at once, and sustained in a second */
  depositBurst: 5_000,
  depositsPerSecond: 500,
  /** bytes one session is served at once, and sustained in a second */
  servedBurst: 64 * 1_048_576,
  servedPerSecond: 16 * 1_048_576,
  /** mailboxes one session may ask for at once, and sustained in a second */
  asksBurst: 40_000,
  asksPerSecond: 2_000,
  /** mailboxes one session may ask for in one frame, and follow */
  asked: 1_000,
  followed: 20_000,
  /** items in one frame, and their bytes */
  pageItems: 500,
  pageBytes: 262_144,
}

/** A bucket of tokens that fills by the clock of each step. */
export type Allowance = { left: number; at: number }

export function spend(allowance: Allowance, cost: number, now: number, burst: number, perSecond: number): boolean {
  const passed = Math.max(0, now - allowance.at) / 1_000
  allowance.left = Math.min(burst, allowance.left + passed * perSecond)
  allowance.at = now
  if (allowance.left < cost) return false
  allowance.left -= cost
  return true
}
