import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type EnvironmentOptions } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))
/** scripts/bundle.mjs builds beside what is there and then swaps. */
const out = process.env['INDRA_OUT'] ?? join(root, 'out')

/** What is started by name, each a file of its own in out/: `node out/main/headless.js`, Electron's main, … */
const programs = {
  headless: 'main/headless/main.ts',
  'vault-process': 'main/headless/vault-process.ts',
  electron: 'main/electron/main.ts',
  'electron-core': 'main/electron/core-entry.ts',
}

/** The page: no inline script or style element without the nonce that each serving puts in; nothing as `data:`. */
const renderer: EnvironmentOptions = {
  build: {
    outDir: join(out, 'renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // read from this machine, not over a network
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: join(root, 'renderer/index.html') },
  },
}

/** Node's side: our own sources in one folder, packages left where npm put them. */
const main: EnvironmentOptions = {
  consumer: 'server',
  resolve: { external: true },
  build: {
    outDir: join(out, 'main'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(programs).filter(([, path]) => existsSync(join(root, path)))),
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'part-[hash].js' },
    },
  },
}

/** A sandboxed preload can load nothing but electron: everything else goes into the one CommonJS file. */
const preload: EnvironmentOptions = {
  consumer: 'server',
  resolve: { noExternal: true, external: ['electron'] },
  build: {
    outDir: join(out, 'preload'),
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: { preload: join(root, 'preload/preload.ts') },
      external: ['electron'],
      output: { format: 'cjs', entryFileNames: '[name].cjs' },
    },
  },
}

const has = (path: string) => existsSync(join(root, path))

export default defineConfig({
  root: join(root, 'renderer'),
  publicDir: false,
  plugins: [react()],
  html: { cspNonce: 'indra-nonce-goes-here' },
  environments: {
    ...(has('renderer/index.html') ? { client: renderer } : {}),
    main,
    ...(has('preload/preload.ts') ? { preload } : {}),
  },
  builder: {
    async buildApp(builder) {
      const page = has('renderer/index.html') ? ['client'] : []
      for (const name of [...page, 'main', ...(has('preload/preload.ts') ? ['preload'] : [])]) {
        const environment = builder.environments[name]
        if (environment) await builder.build(environment)
      }
    },
  },
})
