import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const id = '[A-Z][A-Z0-9]*-\\d+'
/** `test('ID-1 …`, `test.each(…)('ID-1 …` */
const titleAt = new RegExp(`\\(\\s*['"\`](${id}) `, 'g')
const page = read('docs/rules.md')
const [listed = '', owed = '', families = ''] = page.split(/^## (?:Not proved yet|Families of single parts)$/m)

/** Every id on the page, those that still want a test, and the families that are no rules of the domain. */
const rules = new Set(idsIn(listed))
const missing = new Set(idsIn(owed))
const parts = new Set([...families.matchAll(/`([A-Z][A-Z0-9]*)-`/g)].map((match) => match[1] ?? ''))

/** The ids that titles begin with, and where. `runQuarter` names its tests itself. */
const titles = globSync(
  ['{shared,main,renderer,preload,scripts,e2e}/**/*.{test,suite}.{ts,tsx}', 'main/simulation/fuzz-runs.ts'],
  { cwd: root },
).flatMap((path) => [...read(path).matchAll(titleAt)].map((match) => ({ rule: match[1] ?? '', path })))

test('RULES-1 every rule begins a title, or stands on the list of those that want one', () => {
  const proved = new Set(titles.map(({ rule }) => rule))
  expect([...rules].filter((rule) => !proved.has(rule) && !missing.has(rule))).toEqual([])
})

test('RULES-2 what stands on that list is a rule and has no test yet', () => {
  const proved = new Set(titles.map(({ rule }) => rule))
  expect([...missing].filter((rule) => proved.has(rule) || !rules.has(rule))).toEqual([])
})

test('RULES-3 every id in a title is a rule, or of a family of a single part', () => {
  const domain = new Set([...rules].map(familyOf))
  const unknown = titles.filter(({ rule }) =>
    domain.has(familyOf(rule)) ? !rules.has(rule) : !parts.has(familyOf(rule)),
  )
  expect(unknown).toEqual([])
})

test('RULES-4 every family of a single part is in use, and is none of the rules’', () => {
  const used = new Set(titles.map(({ rule }) => familyOf(rule)))
  const domain = new Set([...rules].map(familyOf))
  expect([...parts].filter((family) => !used.has(family) || domain.has(family))).toEqual([])
})

function idsIn(text: string): string[] {
  return [...text.matchAll(new RegExp(`\`(${id})\``, 'g'))].map((match) => match[1] ?? '')
}

function familyOf(rule: string): string {
  return rule.slice(0, rule.lastIndexOf('-'))
}

function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}
