/** Anything deeper, or of more parts, is no command of ours: refused before it is copied, parsed or sent on. */
const DEEPEST = 32
const MOST_PARTS = 100_000
const loneSurrogate = /\p{Surrogate}/u

/**
 * What keeps `value` from being plain JSON of a bearable shape, in words for the asker; `undefined` when nothing does.
 * Never recurses: the value may have been nested to exhaust the stack.
 */
export function flaw(value: unknown): string | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value, depth: 0 }]
  let parts = 0
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    if (++parts > MOST_PARTS) return 'It has too many parts.'
    if (typeof part.value === 'string' && loneSurrogate.test(part.value)) return 'Its text is not valid Unicode.'
    if (typeof part.value !== 'object' || part.value === null) continue
    if (part.depth >= DEEPEST) return `It is nested deeper than ${DEEPEST} levels.`
    if (!isPlain(part.value)) return 'It holds something other than plain values.'
    const inside = Object.entries(part.value)
    if (parts + waiting.length + inside.length > MOST_PARTS) return 'It has too many parts.'
    for (const [key, inner] of inside) {
      if (loneSurrogate.test(key)) return 'Its text is not valid Unicode.'
      waiting.push({ value: inner, depth: part.depth + 1 })
    }
  }
  return undefined
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
