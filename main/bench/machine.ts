import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { program } from './host.ts'

/** What the figures depend on. */
export function machine(): string[] {
  const [first] = cpus()
  return [
    `${cpus().length} × ${first?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Node ${process.versions.node}, V8 ${process.versions.v8}, ${program.endsWith('.js') ? 'built' : 'from sources'}, commit ${commit()}`,
    `load average at the start ${loadavg()
      .map((each) => each.toFixed(2))
      .join(', ')}`,
  ]
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changed = git('status', '--porcelain', 'main', 'shared') === '' ? '' : ' with changes'
    return `${git('rev-parse', '--short', 'HEAD')}${changed}`
  } catch {
    return 'unknown'
  }
}
