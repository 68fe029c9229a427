import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FuseV1Options } from '@electron/fuses'
import { beforeAll, expect, it } from 'vitest'

type Config = Record<string, unknown> & {
  files: { filter: string[] }[] | string[]
  electronFuses: Record<string, boolean>
  protocols: { schemes: string[] }[]
  afterPack: string
}
type Hook = (context: unknown) => Promise<void>
/** Of electron-builder's inside, what reads a configuration and checks it before any work. */
type Builder = {
  getConfig(project: string, file: string, more: null): Promise<Config>
  validateConfiguration(config: unknown, log: unknown): Promise<void>
}
type Resolver = { resolveFunction(type: string, path: string, name: string, root: string): Promise<Hook> }
type Logger = { DebugLogger: new (isEnabled: boolean) => unknown }

const root = fileURLToPath(new URL('../..', import.meta.url))
/** As electron-builder itself would find them. */
const load = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'))
const builder: Builder = load('app-builder-lib/out/util/config/config')
const { resolveFunction }: Resolver = load('app-builder-lib/out/util/resolve')
const { DebugLogger }: Logger = load('builder-util')
const scheme = load('app-builder-lib/scheme.json')

let config: Config
beforeAll(async () => {
  config = await builder.getConfig(root, join(root, 'electron-builder.yml'), null)
})

const check = (changed: object) => builder.validateConfiguration({ ...config, ...changed }, new DebugLogger(false))

it('PACKAGE-1 has a configuration that electron-builder takes, and it takes no other key', async () => {
  await check({})
  await expect(check({ notAKey: true })).rejects.toThrow('notAKey')
  await expect(check({ electronFuses: { ...config.electronFuses, newFuse: true } })).rejects.toThrow(
    'configuration.electronFuses',
  )
})

it('ELECTRON-19 sets every fuse that electron-builder knows', () => {
  const known = Object.keys(scheme.definitions.FuseOptionsV1.properties)
  expect(Object.keys(config.electronFuses).toSorted()).toEqual(known.toSorted())
  expect(config.electronFuses).toMatchObject({
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  })
})

it('ELECTRON-19 sets every fuse that Electron knows, the rest of them by its hook', async () => {
  const flipped: Record<string, unknown>[] = []
  const hook = await resolveFunction('module', join(root, config.afterPack), 'afterPack', root)
  await hook({ packager: { addElectronFuses: async (_context: unknown, fuses: object) => flipped.push({ ...fuses }) } })
  const listed = new Set(Object.keys(config.electronFuses).map((name) => name.toLowerCase()))
  const all = Object.entries(FuseV1Options).filter(([, value]) => typeof value === 'number')
  const unset = all.filter(([name, value]) => !listed.has(name.toLowerCase()) && flipped[0]?.[value] === undefined)
  expect(unset).toEqual([])
  expect(all.length).toBeGreaterThanOrEqual(9)
})

it('PACKAGE-2 compiles nothing and publishes nothing', () => {
  expect(config).toMatchObject({ npmRebuild: false, publish: null, asar: true })
})

it('PACKAGE-3 is opened by indra: links', () => {
  expect(config.protocols).toMatchObject([{ schemes: ['indra'] }])
})

it('PACKAGE-4 leaves out no package that the core needs', () => {
  const left = excluded()
  expect(left('lucide-react') && left('react-dom') && left('d3-color')).toBe(true)
  const needed = [...closure(imported())].filter(left)
  expect(needed).toEqual([])
})

/** Whether the configuration keeps a package out of the app. */
function excluded(): (name: string) => boolean {
  const patterns = config.files.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.filter))
  const names = patterns
    .map((pattern) => /^!node_modules\/(.+)\/\*\*$/.exec(pattern)?.[1])
    .filter((name) => name !== undefined)
    .flatMap((name) => (name.startsWith('{') ? name.slice(1, -1).split(',') : [name]))
  return (name) =>
    names.some((each) => each === name || each === name.split('/')[0] || (each === 'd3-*' && name.startsWith('d3-')))
}

/** Names of the packages that the sources outside of the renderer import. */
function imported(): string[] {
  const folders = ['main', 'shared', 'preload']
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  )
  const sources = files.filter((name) => name.endsWith('.ts') && !/\.(test|suite|fixture|stub|d)\.ts$/.test(name))
  const specifiers = sources.flatMap((name) =>
    [...readFileSync(name, 'utf8').matchAll(/(?:from |import\()'([^'.][^':]*)'/g)].map(([, specifier]) => specifier),
  )
  const packages = specifiers.flatMap((specifier) => /^(@[^/]+\/[^/]+|[^/@]+)/.exec(specifier ?? '')?.[1] ?? [])
  return [...new Set(packages)].filter((name) => name !== 'electron')
}

/** Those packages and all that they depend on, as npm laid them out. */
function closure(names: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const waiting = names.map((name) => ({ name, from: root }))
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const folder = placeOf(next.name, next.from)
    if (folder === undefined || seen.has(next.name)) continue
    seen.add(next.name)
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    for (const name of Object.keys(dependencies)) waiting.push({ name, from: folder })
  }
  return seen
}

function placeOf(name: string, from: string): string | undefined {
  for (let folder = from; folder.startsWith(join(root, '')); folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(join(place, 'package.json'))) return place
    if (folder === dirname(folder)) break
  }
  const top = join(root, 'node_modules', name)
  return existsSync(join(top, 'package.json')) ? top : undefined
}
