/**
 * The bearer token this surface was opened with: `#token=…` or the bare `#…`. It is taken out of the address, so that it
 * is neither bookmarked nor shared with it, and kept for this tab, so that reloading works.
 */
export function takeToken(
  location: Pick<Location, 'hash' | 'pathname' | 'search' | 'protocol'>,
  history: Pick<History, 'replaceState'>,
  kept: Pick<Storage, 'getItem' | 'setItem'>,
): string | undefined {
  if (location.protocol !== 'http:' && location.protocol !== 'https:') return undefined
  const given = tokenIn(location.hash)
  if (given === undefined) return kept.getItem(storageName) ?? undefined
  kept.setItem(storageName, given)
  history.replaceState(null, '', location.pathname + location.search)
  return given
}

const storageName = 'indra.token'

function tokenIn(hash: string): string | undefined {
  const text = hash.replace(/^#/, '')
  const token = text.includes('=') ? new URLSearchParams(text).get('token') : decodeURIComponent(text)
  return token ? token : undefined
}
