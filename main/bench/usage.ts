import { readFileSync } from 'node:fs'

/** Clock ticks per second in /proc: 100 on every Linux that Node runs on. */
const ticks = 100

/** Seconds of CPU that a process has used, in user and kernel mode. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticks
}

/** Bytes of memory that are a process's own or its share of what it shares (PSS). */
export function memoryOf(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(found?.[1] ?? Number.NaN) * 1_024
}
