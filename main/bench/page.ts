import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Finding } from './finding.ts'

const path = fileURLToPath(new URL('../../docs/performance.md', import.meta.url))
const begin = '<!-- measured: begin (npm run bench) -->'
const end = '<!-- measured: end -->'

export type Section = { readonly title: string; readonly findings: readonly Finding[] }

/** A table for people's terminals. */
export function forTerminal({ title, findings }: Section): string {
  const rows = findings.map(cells)
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}\n`
}

/** Puts what was measured between the markers of docs/performance.md; the rest of the page is people's. */
export function writePage(facts: readonly string[], command: string, sections: readonly Section[]): void {
  const measured = [begin, '', `\`${command}\``, '', ...facts.map((fact) => `- ${fact}`), '']
  for (const { title, findings } of sections) {
    measured.push(`### ${title}`, '', '| what | measured | beside | goal |', '|---|---|---|---|')
    for (const finding of findings) measured.push(`| ${cells(finding).join(' | ')} |`)
    measured.push('')
  }
  measured.push(end)
  const text = measured.join('\n')
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `# Performance\n\n${begin}\n${end}\n`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  const written =
    from < 0 || to < from ? `${page.trimEnd()}\n\n${text}\n` : page.slice(0, from) + text + page.slice(to + end.length)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, written)
}

function cells({ what, measured, beside, goal, met }: Finding): string[] {
  const verdict = goal === undefined ? '' : met === undefined ? goal : `${goal} ${met ? '✓' : '✗'}`
  return [what, measured, beside ?? '', verdict]
}
