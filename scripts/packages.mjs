import { readFileSync } from 'node:fs'
import { inRoot, run, say } from './checkout.mjs'

/** Whether node_modules holds what package-lock.json names; npm keeps its own copy of that in node_modules. */
export function packagesAreFresh() {
  const wanted = packagesOf(inRoot('package-lock.json'))
  const had = packagesOf(inRoot('node_modules', '.package-lock.json'))
  if (!wanted || !had) return false
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || mayBeMissing(entry) || had[path]?.version === entry.version,
  )
}

/** Installs exactly what package-lock.json names. */
export async function installPackages() {
  say('Installing npm packages (npm ci) …')
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const code = npm
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args, { shell: process.platform === 'win32' })
  if (code !== 0) throw new Error(`npm ci ended with ${code}: the packages could not be installed.`)
}

/** What is for another machine, or wanted only by something that is. */
function mayBeMissing({ optional, devOptional, os, cpu, libc }) {
  return optional === true || (devOptional === true && (os ?? cpu ?? libc) !== undefined)
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}
