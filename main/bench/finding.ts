import { deviation, median, quantile, type Sample } from './sample.ts'

/** One line of the report. */
export type Finding = {
  readonly what: string
  readonly measured: string
  /** the same thing done by something simpler, in the same run */
  readonly beside?: string
  readonly goal?: string
  /** whether the goal is met; absent where there is none */
  readonly met?: boolean
}

type Unit = 'ms' | 'µs' | 'per second' | 'kB' | 'MB' | 'B' | '%'

/** A number with three digits that count. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 1_000) return Math.round(value).toLocaleString('en')
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export function count(value: number): string {
  return value.toLocaleString('en')
}

/** Median ± median absolute deviation. */
export function middle(sample: Sample, unit: Unit): string {
  return `${plain(median(sample))} ± ${plain(deviation(sample))} ${unit}`
}

/** For what has a long tail. */
export function tail(sample: Sample, unit: Unit): string {
  return `p50 ${plain(quantile(sample, 0.5))}, p99 ${plain(quantile(sample, 0.99))} ${unit}`
}

export function times(value: number): string {
  return `${plain(value)}×`
}
