import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Fault, fault, type Result, refuse } from '../../shared/fault.ts'
import { restoreBackup, tryBackup } from '../store/backup/restoring.ts'
import { openVault } from '../store/store.ts'
import type { KeepArguments } from './arguments.ts'
import { ask } from './call.ts'
import { readDescriptor } from './descriptor.ts'
import { askPassphrase, givenPassphrase } from './passphrase.ts'
import { failed } from './stderr.ts'

/**
 * `indra backup | restore | verify`: one line of JSON on stdout, or the fault as one line on stderr and exit code 1. A
 * vault that a host serves is asked through its host; one that nobody has open is opened for it. Passphrases come from
 * files, the environment or the terminal, never from the command line.
 */
export async function keep(args: KeepArguments): Promise<number> {
  try {
    const result = await run(args)
    if (!result.ok) return failed(result.fault)
    process.stdout.write(`${JSON.stringify(result.value)}\n`)
    return 0
  } catch (error) {
    return failed(faultOf(error))
  }
}

async function run(args: KeepArguments): Promise<Result<unknown>> {
  if (args.command === 'verify' && args.file === undefined) return verify(args)
  const passphrase = await backupPassphrase(args)
  if (!passphrase.ok) return passphrase
  const file = args.file ?? ''
  if (args.command === 'verify')
    return { ok: true, value: { ok: true, problems: [], ...tryBackup(file, passphrase.value) } }
  if (args.command === 'backup') return backup(args, file, passphrase.value)
  const given = givenPassphrase(args.passphraseFile)
  if (!given.ok) return given
  restoreBackup(file, passphrase.value, args.data, given.value === undefined ? {} : { passphrase: given.value })
  return { ok: true, value: { restored: args.data } }
}

async function backup(args: KeepArguments, path: string, passphrase: string): Promise<Result<unknown>> {
  if (readDescriptor(args.data)) {
    const asked = await ask({
      command: 'call',
      data: args.data,
      type: 'vault.backup',
      json: JSON.stringify({ path, passphrase }),
    })
    if (asked.ok || !asked.fault.message.startsWith('The host that served')) return asked
  }
  return opened(args, async (vault) => ({ path, ...(await vault.backup(path, passphrase)) }))
}

async function verify(args: KeepArguments): Promise<Result<unknown>> {
  if (readDescriptor(args.data)) {
    const asked = await ask({ command: 'call', data: args.data, type: 'vault.verify', json: '{}' })
    if (asked.ok || !asked.fault.message.startsWith('The host that served')) return asked
  }
  return opened(args, async (vault) => {
    const problems = vault.check()
    return { ok: problems.length === 0, problems }
  })
}

async function opened(
  args: KeepArguments,
  work: (vault: Awaited<ReturnType<typeof openVault>>) => Promise<unknown>,
): Promise<Result<unknown>> {
  const given = givenPassphrase(args.passphraseFile)
  if (!given.ok) return given
  if (!existsSync(join(args.data, 'vault.db')))
    return { ok: false, fault: { code: 'StoreFailed', message: `There is no vault in ${args.data}.` } }
  const vault = await openVault({
    directory: args.data,
    ...(given.value === undefined ? {} : { passphrase: given.value }),
  })
  try {
    return { ok: true, value: await work(vault) }
  } finally {
    await vault.close()
  }
}

async function backupPassphrase({ backupPassphraseFile, command }: KeepArguments): Promise<Result<string>> {
  const given = givenPassphrase(backupPassphraseFile, 'INDRA_BACKUP_PASSPHRASE')
  if (!given.ok) return given
  if (given.value !== undefined) return { ok: true, value: given.value }
  const typed = await askPassphrase('Passphrase of the backup: ')
  if (typed === undefined) return refuse('Unauthorized', 'A backup needs a passphrase: --backup-passphrase-file FILE.')
  if (command !== 'backup' || typed === (await askPassphrase('Again: '))) return { ok: true, value: typed }
  return refuse('InvalidArguments', 'These two were not the same.')
}

function faultOf(error: unknown): Fault {
  const known = error instanceof Error && 'fault' in error ? (error.fault as Fault) : undefined
  return known ?? fault('StoreFailed', error instanceof Error ? error.message : String(error))
}
