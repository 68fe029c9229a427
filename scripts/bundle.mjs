import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { coreNode, inRoot, root, run, say } from './checkout.mjs'

const stamp = inRoot('out', 'built-from')
const parts = ['main', 'preload', 'renderer']

/** Whether out/ was built from the sources as they are now. */
export function bundleIsFresh() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()
}

/**
 * Builds out/main, out/preload and out/renderer beside what is there, then puts them in its place: a host that runs
 * meanwhile, or a build that fails, finds the old ones whole.
 */
export async function bundle() {
  say('Building …')
  const from = fingerprint()
  const next = inRoot('out', `next-${process.pid}`)
  try {
    const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js')
    const env = { ...process.env, INDRA_OUT: next, NODE_ENV: 'production' }
    const code = await run(coreNode(), [vite, 'build', '--app', '--logLevel', 'warn'], { env })
    if (code !== 0) throw new Error(`The build failed (${code}).`)
    rmSync(stamp, { force: true })
    for (const part of parts) {
      rmSync(inRoot('out', part), { recursive: true, force: true })
      if (existsSync(join(next, part))) renameSync(join(next, part), inRoot('out', part))
    }
    writeFileSync(stamp, from)
  } finally {
    rmSync(next, { recursive: true, force: true })
  }
}

/** Names, sizes and times of everything the build reads. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const path of ['vite.config.ts', 'package.json', 'package-lock.json'].map((name) => inRoot(name))) describe(path)
  for (const folder of ['shared', 'main', 'preload', 'renderer', 'assets']) walk(inRoot(folder))
  return hash.digest('hex')

  function walk(folder) {
    if (!existsSync(folder)) return
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (!/\.(test|suite|fixture)\.tsx?$|\.md$/.test(entry.name)) describe(path)
    }
  }
  function describe(path) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`)
  }
}

mkdirSync(inRoot('out'), { recursive: true })
