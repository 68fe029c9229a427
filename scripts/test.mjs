import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { coreNode, giveUp, inRoot, run } from './checkout.mjs'
import { prepare } from './prepare.mjs'

/**
 * `node scripts/test.mjs [STEP]...`: installs and builds what they need, then runs the steps; without any, all but `long`.
 * The last line on stdout says how many tests passed and failed, a failed check counting as one. Exit code 1 if any did.
 */
const steps = {
  check: () => check(),
  unit: () => tests('unit'),
  simulation: () => tests('simulation'),
  long: async () => sum(await tests('simulation', { INDRA_LONG: '1' }), await tests('e2e', { INDRA_LONG: '1' })),
  e2e: () => tests('e2e'),
}

/** What runs for so many milliseconds will not end by itself. */
const HANGING = 60 * 60_000

const bin = (name) => inRoot('node_modules', ...name.split('/'))
const wanted = process.argv.slice(2)
const chosen = wanted.length > 0 ? wanted : ['check', 'unit', 'simulation', 'e2e']
const unknown = chosen.find((name) => !Object.hasOwn(steps, name))
if (unknown) giveUp(`There is no step ${unknown}. Steps: ${Object.keys(steps).join(', ')}.`)

const browser = chosen.includes('e2e') || chosen.includes('long')
await prepare({ browser, build: browser }).catch(giveUp)
let passed = 0
let failed = 0
for (const name of chosen) {
  process.stdout.write(`\n── ${name} ──\n`)
  const counts = await steps[name]()
  passed += counts.passed
  failed += counts.failed
}
process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1

/** Types, style and dead code. A check that holds is no test and is not counted as one. */
async function check() {
  const checks = {
    'tsc -b': [bin('typescript/bin/tsc'), '-b'],
    'biome check .': [bin('@biomejs/biome/bin/biome'), 'check', '.'],
    knip: [bin('knip/bin/knip.js')],
  }
  const counts = { passed: 0, failed: 0 }
  for (const [name, args] of Object.entries(checks)) {
    const code = await run(coreNode(), args, { stdio: ['ignore', 1, 2] })
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name}\n`)
    if (code !== 0) counts.failed++
  }
  return counts
}

/** One project of vitest.config.ts. What keeps it from running at all counts as one failure. */
async function tests(project, more = {}) {
  const results = inRoot('out', 'test-results', `${project}.json`)
  mkdirSync(inRoot('out', 'test-results'), { recursive: true })
  rmSync(results, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const args = [bin('vitest/vitest.mjs'), 'run', '--project', project, ...reporters]
  const code = await run(coreNode(), args, {
    stdio: ['ignore', 1, 2],
    env: { ...process.env, ...more },
    timeout: HANGING,
  })
  const { numPassedTests = 0, numFailedTests = 0 } = read(results)
  return { passed: numPassedTests, failed: code === 0 ? numFailedTests : Math.max(numFailedTests, 1) }
}

function sum(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed }
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
