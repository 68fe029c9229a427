import { readArguments, type ServeArguments } from '../headless/arguments.ts'
import { linkIn } from './deep-link.ts'

/** What the app was started with. */
export type Launch = Pick<ServeArguments, 'data' | 'bootstrap' | 'name' | 'passphraseFile' | 'place'> & {
  readonly link: string | undefined
}

const flags = ['--data', '--bootstrap', '--name', '--passphrase-file', '--window']

/**
 * Reads the process's arguments: those of `indra serve` that mean something here, and an `indra:` link. Everything else is
 * passed over, since Chromium's switches and the system's own cannot be told from mistakes. Nothing after a link counts:
 * whoever wrote the link may have written that too. `folder`: the vault's where `--data` does not name another.
 */
export function readLaunch(
  argv: readonly string[],
  isDefaultApp: boolean,
  folder: string,
): Launch | { readonly wrong: string } {
  const link = linkIn(argv)
  const own = withoutProgram(argv, isDefaultApp)
  const until = own.findIndex((arg) => /^indra:/i.test(arg))
  const given = ours(until < 0 ? own : own.slice(0, until))
  const hasFolder = given.some((arg) => /^--data(=|$)/.test(arg))
  const read = readArguments(['serve', ...(hasFolder ? [] : ['--data', folder]), ...given])
  if ('wrong' in read) return read
  if (read.command !== 'serve') throw new Error(`serve was read as ${read.command}`)
  const { data, bootstrap, name, passphraseFile, place } = read
  return { data, bootstrap, name, passphraseFile, place, link }
}

/** From a checkout Electron is told which app to run; switches of its own may stand before that. */
function withoutProgram(argv: readonly string[], isDefaultApp: boolean): readonly string[] {
  const rest = argv.slice(1)
  return isDefaultApp ? rest.slice(rest.findIndex((arg) => !arg.startsWith('-')) + 1) : rest
}

function ours(argv: readonly string[]): string[] {
  return argv.flatMap((arg, at) => {
    if (!flags.includes(arg)) return flags.some((flag) => arg.startsWith(`${flag}=`)) ? [arg] : []
    const value = argv[at + 1]
    return value === undefined ? [arg] : [arg, value]
  })
}
