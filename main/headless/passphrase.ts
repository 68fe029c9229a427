import { readFileSync } from 'node:fs'
import { ok, type Result, refuse } from '../../shared/fault.ts'

/** What may seal a vault: from a file, else the environment, else `undefined`: the caller may ask for one. */
export function givenPassphrase(file: string | undefined): Result<string | undefined> {
  if (file === undefined) return ok(process.env['INDRA_PASSPHRASE'] || undefined)
  try {
    const passphrase = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return passphrase === '' ? refuse('Unauthorized', `The passphrase file ${file} is empty.`) : ok(passphrase)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return refuse('Unauthorized', `The passphrase file ${file} could not be read: ${why}.`)
  }
}

/** Asks on the terminal, on stderr, showing nothing of what is typed; `undefined` where there is none or nothing came. */
export async function askPassphrase(question: string): Promise<string | undefined> {
  const { stdin, stderr } = process
  if (!stdin.isTTY || !stderr.isTTY) return undefined
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  let typed = ''
  try {
    for await (const keys of stdin.iterator({ destroyOnReturn: false })) {
      for (const key of String(keys)) {
        if (key === '\r' || key === '\n' || key === END) return typed || undefined
        if (key === INTERRUPT) return void process.kill(process.pid, 'SIGINT')
        typed = key === DELETE || key === BACKSPACE ? [...typed].slice(0, -1).join('') : typed + key
      }
    }
    return undefined
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    stderr.write('\n')
  }
}

const INTERRUPT = '\u0003'
const END = '\u0004'
const BACKSPACE = '\b'
const DELETE = '\u007F'
