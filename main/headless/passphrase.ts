import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Result, refuse } from '../../shared/fault.ts'

/** What may seal a vault: from a file, else the environment, else `undefined`: the caller may ask for one. */
export function givenPassphrase(file: string | undefined, name = 'INDRA_PASSPHRASE'): Result<string | undefined> {
  if (file === undefined) return ok(process.env[name] || undefined)
  try {
    const passphrase = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return passphrase === '' ? refuse('Unauthorized', `The passphrase file ${file} is empty.`) : ok(passphrase)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return refuse('Unauthorized', `The passphrase file ${file} could not be read: ${why}.`)
  }
}

/** For a vault that is yet to be made: whoever sits at the terminal chooses how its key is kept. */
export async function choosePassphrase(data: string): Promise<string | undefined> {
  if (existsSync(join(data, 'vault.db'))) return undefined
  for (;;) {
    const chosen = await askPassphrase('Choose a passphrase for this new vault (empty: none, its key lies beside it): ')
    if (chosen === undefined || chosen === (await askPassphrase('Again: '))) return chosen
    process.stderr.write('These two were not the same.\n')
  }
}

/** Asks on the terminal, showing nothing of what is typed; `undefined` where there is no terminal or nothing came. */
export async function askPassphrase(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return undefined
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  process.once('SIGTERM', quit)
  let typed: string[] = []
  for await (const keys of stdin.iterator({ destroyOnReturn: false })) {
    for (const key of String(keys)) {
      if (key === INTERRUPT) quit()
      else if (key === DELETE || key === BACKSPACE) typed = typed.slice(0, -1)
      else if (key !== '\r' && key !== '\n' && key !== END) typed.push(key)
      else {
        process.off('SIGTERM', quit)
        stdin.setRawMode(false)
        stdin.pause()
        stderr.write('\n')
        return typed.join('') || undefined
      }
    }
  }
  return undefined
}

function quit(): void {
  process.stdin.setRawMode(false)
  process.stderr.write('\n')
  process.exit(130)
}

const INTERRUPT = '\u0003'
const END = '\u0004'
const BACKSPACE = '\b'
const DELETE = '\u007F'
