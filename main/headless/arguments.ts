import { resolve } from 'node:path'
import { parseArgs } from 'node:util'

/** Whoever has the vault's code, or its confirmed peers alone. */
type KeeperFor = 'anyone' | 'peers'

/** Where a node of the DHT is reached. */
type Endpoint = { readonly host: string; readonly port: number }

export type ServeArguments = {
  readonly command: 'serve'
  /** absolute path of the vault's folder */
  readonly data: string
  /** 0: any that is free */
  readonly port: number
  /** empty: the public DHT */
  readonly bootstrap: readonly Endpoint[]
  readonly name: string | undefined
  readonly passphraseFile: string | undefined
  /** `stay`: goes on when the window is closed; `end`: ends with it */
  readonly window: 'none' | 'stay' | 'end'
  /** `X,Y,WIDTH,HEIGHT` on the screen */
  readonly place: string | undefined
  /** for whom the vault keeps from now on; as it was when left out */
  readonly keeper: KeeperFor | undefined
  /** TCP port it listens at for WebSockets, and what others are told to call; none when left out */
  readonly keeperPort: number | undefined
  readonly keeperUrl: string | undefined
}

export type DhtArguments = { readonly command: 'dht' } & Endpoint

export type CallArguments = {
  readonly command: 'call'
  readonly data: string
  readonly type: string
  readonly json: string
}

export type KeepArguments = {
  readonly command: 'backup' | 'restore' | 'verify'
  readonly data: string
  /** absolute path of the backup; a vault itself is verified when left out */
  readonly file: string | undefined
  readonly passphraseFile: string | undefined
  readonly backupPassphraseFile: string | undefined
}

export type Arguments = ServeArguments | DhtArguments | CallArguments | KeepArguments | { readonly command: 'help' }

export const usage = `Usage: indra COMMAND …

  indra serve --data DIR [--port P] [--bootstrap HOST:PORT]... [--name NAME]
              [--open | --app] [--window X,Y,WIDTH,HEIGHT] [--passphrase-file FILE]
              [--keeper [--keeper-for anyone|peers] [--keeper-port P] [--keeper-url URL]]
      Opens the vault in DIR (made if there is none) and serves it on 127.0.0.1; one line of JSON says when.
      --open opens it in a window of its own, --app does so and ends when that window is closed.
      The passphrase that seals the vault: --passphrase-file, or INDRA_PASSPHRASE, or asked for on a terminal.
      --keeper makes it a keeper: it holds sealed items, which it cannot read, for whoever has its code and asks
      (--keeper-for peers: for those alone whom its owner accepted as peers), so that people who are never online at
      the same time reach each other. --keeper-port listens for WebSockets too, for those whose network lets no UDP
      through; --keeper-url is what they are told to call, wss://… behind a proxy. It goes on being one until keeper.host says otherwise.
  indra dht --port P [--host 127.0.0.1]
      Runs a DHT of its own for a local network, for work offline and for tests.
  indra call --data DIR COMMAND [JSON]
      Asks the host that serves DIR; prints the answer, exits with 1 when it is a fault.
  indra backup --data DIR --to FILE [--backup-passphrase-file FILE]
  indra restore --data DIR --from FILE [--backup-passphrase-file FILE]
  indra verify --data DIR [--from FILE]
      One sealed file of everything but attention logs, also of a vault in use; a vault made of it, in a folder without
      one, as another device of the same person; what is damaged in a vault, or whether a backup could be restored.
      The passphrase of the backup: --backup-passphrase-file, or INDRA_BACKUP_PASSPHRASE, or asked for on a terminal.
  indra export --data DIR PATH
      Has the host that serves DIR write everything into the new folder PATH: originals, Markdown and an index.json.
`

/** What was asked for on the command line, or in words what is wrong with it. */
export function readArguments(argv: readonly string[]): Arguments | { readonly wrong: string } {
  const [command, ...rest] = argv
  try {
    if (command === 'serve') return serve(rest)
    if (command === 'dht') return dht(rest)
    if (command === 'call') return call(rest)
    if (command === 'backup' || command === 'restore' || command === 'verify') return keep(command, rest)
    if (command === 'export') return exportTo(rest)
    if (command === 'help' || command === '--help' || command === '-h') return { command: 'help' }
    return { wrong: command === undefined ? 'a command is missing' : `there is no command ${command}` }
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) }
  }
}

function serve(args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      port: { type: 'string' },
      bootstrap: { type: 'string', multiple: true },
      name: { type: 'string' },
      open: { type: 'boolean' },
      app: { type: 'boolean' },
      window: { type: 'string' },
      'passphrase-file': { type: 'string' },
      keeper: { type: 'boolean' },
      'keeper-for': { type: 'string' },
      'keeper-port': { type: 'string' },
      'keeper-url': { type: 'string' },
    },
  })
  const window = values.app ? 'end' : values.open ? 'stay' : 'none'
  return {
    command: 'serve',
    data: folder(values.data),
    port: port(values.port, '--port'),
    bootstrap: (values.bootstrap ?? []).map(endpoint),
    name: values.name,
    passphraseFile: values['passphrase-file'],
    window,
    place: place(values.window),
    keeper: keeperFor(values.keeper === true, values['keeper-for']),
    keeperPort: values['keeper-port'] === undefined ? undefined : port(values['keeper-port'], '--keeper-port'),
    keeperUrl: socketUrl(values['keeper-url']),
  }
}

function keeperFor(isKeeper: boolean, whom: string | undefined): KeeperFor | undefined {
  if (whom !== undefined && whom !== 'anyone' && whom !== 'peers') {
    throw new Error(`--keeper-for has to be anyone or peers, not ${whom}`)
  }
  return isKeeper || whom !== undefined ? (whom ?? 'anyone') : undefined
}

function socketUrl(text: string | undefined): string | undefined {
  if (text !== undefined && !/^wss?:\/\/[^\s@]+$/.test(text)) throw new Error('--keeper-url has to be ws:// or wss://…')
  return text
}

function dht(args: string[]): Arguments {
  const { values } = parseArgs({ args, options: { port: { type: 'string' }, host: { type: 'string' } } })
  const number = port(values.port, '--port')
  if (number === 0) throw new Error('--port P is missing: the UDP port others enter the network at')
  return { command: 'dht', host: values.host ?? '127.0.0.1', port: number }
}

function call(args: string[]): Arguments {
  const options = { data: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [type, json, extra] = positionals
  if (type === undefined) throw new Error('say which command to call')
  if (extra !== undefined) throw new Error(`${extra} is one argument too many: quote the JSON`)
  return { command: 'call', data: folder(values.data), type, json: json ?? '{}' }
}

function keep(command: KeepArguments['command'], args: string[]): Arguments {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      [command === 'backup' ? 'to' : 'from']: { type: 'string' },
      'passphrase-file': { type: 'string' },
      'backup-passphrase-file': { type: 'string' },
    },
  })
  const given = command === 'backup' ? values['to'] : values['from']
  if (given === undefined && command !== 'verify') {
    throw new Error(command === 'backup' ? '--to FILE is missing: the backup' : '--from FILE is missing: the backup')
  }
  return {
    command,
    data: folder(values.data),
    file: given === undefined ? undefined : resolve(String(given)),
    passphraseFile: values['passphrase-file'],
    backupPassphraseFile: values['backup-passphrase-file'],
  }
}

/** Asked of the host that serves the vault, like any command. */
function exportTo(args: string[]): Arguments {
  const options = { data: { type: 'string' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [path, extra] = positionals
  if (path === undefined) throw new Error('say which new folder to export into')
  if (extra !== undefined) throw new Error(`${extra} is one argument too many`)
  const json = JSON.stringify({ path: resolve(path) })
  return { command: 'call', data: folder(values.data), type: 'vault.export', json }
}

function folder(path: string | undefined): string {
  if (!path) throw new Error('--data DIR is missing: the folder the vault is in')
  return resolve(path)
}

function port(text: string | undefined, flag: string): number {
  if (text === undefined) return 0
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > 65_535) throw new Error(`${flag} has to be a number up to 65535, not ${text}`)
  return number
}

function endpoint(text: string): Endpoint {
  const [, host, number] = /^\[?([^[\]]+)\]?:(\d+)$/.exec(text) ?? []
  if (!host) throw new Error(`--bootstrap has to be HOST:PORT, not ${text}`)
  return { host, port: port(number, '--bootstrap') }
}

function place(text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d+,\d+,\d+,\d+$/.test(text)) throw new Error('--window has to be X,Y,WIDTH,HEIGHT')
  return text
}
