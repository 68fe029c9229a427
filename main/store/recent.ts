/** What was used last of what a table holds, so that it need not be read and decoded again. */
export type Recent<K, V> = {
  get(key: K): V | undefined
  set(key: K, value: V): V
  drop(key: K): void
  clear(): void
}

export function recent<K, V>(limit: number): Recent<K, V> {
  const values = new Map<K, V>()
  return {
    get(key) {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.size > limit ? values.keys() : []
      if (oldest !== undefined) values.delete(oldest)
      return value
    },
    drop: (key) => void values.delete(key),
    clear: () => values.clear(),
  }
}
