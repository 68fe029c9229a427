import { strings } from './strings.ts'

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** 14:05, in the way of the place one is in. A time nobody can mean is left out. */
export function timeOfDay(at: number): string {
  return isTime(at) ? clock.format(at) : ''
}

export function fullMoment(at: number): string {
  return isTime(at) ? full.format(at) : ''
}

/** Today, yesterday, the day's name within a week, else the date. */
export function dayName(at: number, now: number): string {
  if (!isTime(at)) return ''
  const days = daysBetween(at, now)
  if (days === 0) return strings.time.today
  if (days === 1) return strings.time.yesterday
  return days > 1 && days < 7 ? weekday.format(at) : date.format(at)
}

export function isSameDay(a: number, b: number): boolean {
  return isTime(a) && isTime(b) && daysBetween(a, b) === 0
}

/** "2 hours ago", in whole units. */
export function ago(at: number, now: number): string {
  const past = Math.max(now - at, 0)
  if (!isTime(at) || past < minute) return strings.time.justNow
  if (past < hour) return relative.format(-Math.floor(past / minute), 'minute')
  if (past < day) return relative.format(-Math.floor(past / hour), 'hour')
  return past < 30 * day ? relative.format(-Math.floor(past / day), 'day') : date.format(at)
}

/** How long something took: seconds below a minute, then minutes, then hours. */
export function span(milliseconds: number): string {
  if (milliseconds < minute) return strings.time.seconds(Math.round(milliseconds / 1_000))
  if (milliseconds < hour) return strings.time.minutes(Math.round(milliseconds / minute))
  return strings.time.hours(Math.round(milliseconds / hour))
}

function daysBetween(at: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(at)) / day)
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

function isTime(at: number): boolean {
  return Number.isFinite(at) && Math.abs(at) < 8.64e15
}
