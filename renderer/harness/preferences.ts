/** How this device likes to look and feel. Kept on it; nothing here says anything about anyone. */
export type Theme = 'system' | 'dark' | 'light'
export type Wheel = 'auto' | 'mouse'

export function theme(): Theme {
  const kept = localStorage.getItem('indra.theme')
  return kept === 'dark' || kept === 'light' ? kept : 'system'
}

export function setTheme(next: Theme): void {
  localStorage.setItem('indra.theme', next)
  applyTheme()
}

/** Puts the theme on the document, now and whenever the system changes its mind. */
export function followTheme(): void {
  applyTheme()
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', applyTheme)
}

function applyTheme(): void {
  const chosen = theme()
  const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
  document.documentElement.dataset['theme'] = chosen === 'system' ? system : chosen
}

export function wheel(): Wheel {
  return localStorage.getItem('indra.wheel') === 'mouse' ? 'mouse' : 'auto'
}

export function setWheel(next: Wheel): void {
  localStorage.setItem('indra.wheel', next)
}

/** Devices cannot be told apart reliably, so a wheel pans unless the person has said that theirs zooms. */
export function wheelZooms(): boolean {
  return wheel() === 'mouse'
}
