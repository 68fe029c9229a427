/** How much of everything: `quick` shows that all of it runs, `full` is what docs/performance.md is written from. */
export type Scale = {
  /** entries a Story holds; growth is measured over those above 0 */
  readonly stories: readonly number[]
  /** rounds of sending, and messages of one side in each */
  readonly sendRounds: number
  readonly sends: number
  /** pages opened in each of the rounds */
  readonly opens: number
  /** readers that fetch the largest Story, one after the other */
  readonly backfills: number
  /** artifacts a vault holds */
  readonly vaults: readonly number[]
  readonly starts: number
  /** artifacts two peers share */
  readonly shares: readonly number[]
  readonly meetings: number
  /** Stories granted and taken back */
  readonly grants: number
  /** how large a file that is moved is, and how often one is */
  readonly fileMebibytes: number
  readonly fileRounds: number
  readonly idleSeconds: number
  readonly primitiveRounds: number
  readonly typingRounds: number
  /** letters each of those who type together types in a round */
  readonly letters: number
}

export const full: Scale = {
  stories: [0, 10_000, 100_000],
  sendRounds: 20,
  sends: 25,
  opens: 20,
  backfills: 3,
  vaults: [0, 100, 1_000, 10_000],
  starts: 7,
  shares: [0, 1, 100, 1_000, 10_000],
  meetings: 20,
  grants: 100,
  fileMebibytes: 1_024,
  fileRounds: 3,
  idleSeconds: 30,
  primitiveRounds: 15,
  typingRounds: 5,
  letters: 40,
}

export const quick: Scale = {
  stories: [0, 200, 1_000],
  sendRounds: 3,
  sends: 10,
  opens: 5,
  backfills: 1,
  vaults: [0, 20, 100],
  starts: 1,
  shares: [0, 1, 20],
  meetings: 3,
  grants: 3,
  fileMebibytes: 16,
  fileRounds: 1,
  idleSeconds: 2,
  primitiveRounds: 3,
  typingRounds: 1,
  letters: 10,
}
