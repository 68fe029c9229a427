type Timed = { readonly at: number; readonly order: number; run(): void }

/** What is to happen, by time and then in the order it was said: a binary heap. */
export class Agenda {
  readonly #heap: Timed[] = []
  #order = 0

  add(at: number, run: () => void): void {
    const timed = { at, order: this.#order++, run }
    let place = this.#heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = this.#heap[above]
      if (!parent || isBefore(parent, timed)) break
      this.#heap[place] = parent
      place = above
    }
    this.#heap[place] = timed
  }

  /** Takes out what is next, if it is not after `end`. */
  next(end: number): Timed | undefined {
    const first = this.#heap[0]
    if (!first || first.at > end) return undefined
    const last = this.#heap.pop()
    if (last && this.#heap.length > 0) this.#sink(last)
    return first
  }

  #sink(timed: Timed): void {
    let place = 0
    for (;;) {
      const left = this.#heap[2 * place + 1]
      const right = this.#heap[2 * place + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (!child || isBefore(timed, child)) break
      this.#heap[place] = child
      place = child === left ? 2 * place + 1 : 2 * place + 2
    }
    this.#heap[place] = timed
  }
}

function isBefore(a: Timed, b: Timed): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
