import { join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where this system's programs keep what is a person's own: the same folder for every host of Indra. */
export function usualFolder(env: Environment, platform: NodeJS.Platform, home: string): string {
  if (env['INDRA_DATA']) return env['INDRA_DATA']
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Indra')
  if (platform === 'win32') return join(env['APPDATA'] ?? home, 'Indra')
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'indra')
}
