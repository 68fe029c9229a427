/** `next`, but with every part that says the same as before being the very object it was, so that nothing redraws for it. */
export function kept<T>(before: T | undefined, next: T): T {
  if (before === undefined || Object.is(before, next)) return next
  if (Array.isArray(before) && Array.isArray(next)) return keptList(before, next) as T
  if (isRecord(before) && isRecord(next)) return keptRecord(before, next) as T
  return next
}

function keptList(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const merged = next.map((item, index) => kept(before[index], item))
  const isSame = before.length === merged.length && merged.every((item, index) => Object.is(item, before[index]))
  return isSame ? before : merged
}

function keptRecord(before: Record<string, unknown>, next: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(next)
  const merged = Object.fromEntries(keys.map((key) => [key, kept(before[key], next[key])]))
  const isSame =
    Object.keys(before).length === keys.length &&
    keys.every((key) => Object.hasOwn(before, key) && Object.is(merged[key], before[key]))
  return isSame ? before : merged
}

/** Plain data only: what is in a Map is not among its keys. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
