import { fileURLToPath } from 'node:url'
import { startApp } from './app.ts'

const place = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Built, everything lies in out/: this file and the core's in main, the preload and the page beside it. No await may come
// before startApp has claimed what has to be claimed before Electron is ready.
void startApp({
  core: place('electron-core.js'),
  preload: place('../preload/preload.cjs'),
  renderer: place('../renderer'),
})
