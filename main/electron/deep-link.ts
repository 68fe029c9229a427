/** A link longer than what a person would paste is none. */
const longest = 8_192

/** An `indra:` link of printable ASCII, as browsers hand them over; what it means is for the core to find out. */
export function asLink(text: string): string | undefined {
  return text.length <= longest && /^indra:[!-~]+$/i.test(text) ? text : undefined
}

/** The first link among a program's arguments: how Windows and Linux hand one over. */
export function linkIn(argv: readonly string[]): string | undefined {
  return argv.map(asLink).find((link) => link !== undefined)
}
