const seqs = 2 ** 32

/** Log keys above this have no spots: 2²¹ · 2³² is as far as integers are exact. */
export const logLimit = 2 ** 21 - 1

/** Where an envelope of this log and seq stands among all envelopes: each log's are neighbours, in order of seq. */
export function spotOf(log: number, seq: number): number {
  if (log < 0 || log > logLimit || seq < 0 || seq >= seqs) throw new RangeError(`no spot for seq ${seq} of log ${log}`)
  return log * seqs + seq
}

export function logOf(spot: number): number {
  return Math.floor(spot / seqs)
}

export function seqOf(spot: number): number {
  return spot % seqs
}
