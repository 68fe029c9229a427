/** TOK-1: `blessings` and `stewards` (length of the steward chain) are counts. 0 to 1. */
export function tokenValue(heat: number, blessings: number, stewards: number): number {
  return 0.4 * heat + (0.3 * blessings) / (blessings + 5) + (0.3 * stewards) / (stewards + 3)
}
