import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// A bare import of electron under Node would try to download it: tests of the folder that imports it get a stand-in.
const standIn = fileURLToPath(new URL('main/electron/electron.stub.ts', import.meta.url))
const alias = existsSync(standIn) ? { electron: standIn } : {}

export default defineConfig({
  test: {
    passWithNoTests: true,
    // one for each core: the default leaves one of two cores idle
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          // a guard against hanging, not a measure: processes start slowly on a busy machine
          testTimeout: 30_000,
          hookTimeout: 30_000,
          alias,
          include: ['{shared,main,renderer,preload,scripts}/**/*.test.{ts,tsx}'],
          exclude: ['main/simulation/**'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'simulation', alias, include: ['main/simulation/**/*.test.ts'], testTimeout: 600_000 } },
    ],
  },
})
