import { EventEmitter } from 'node:events'
import { StubChannel, StubUtilityProcess } from './utility-process.stub.ts'
import { StubWindow } from './window.stub.ts'
import { finish, mustBeEarly, mustBeReady, preventable, strict, world } from './world.stub.ts'

/*
 * What stands for `electron` in tests, under Node (vitest.config.ts): as much of it as this folder uses, and as it behaves
 * as far as this folder can notice. Whatever is not here throws when it is touched.
 */

class App extends EventEmitter {
  get isPackaged() {
    return world.isPackaged
  }
  isReady() {
    return world.isReady
  }
  enableSandbox() {
    mustBeEarly('app.enableSandbox')
  }
  setPath(name: string, path: string) {
    mustBeEarly('app.setPath')
    world.paths.set(name, path)
  }
  requestSingleInstanceLock() {
    world.log.push('app.requestSingleInstanceLock')
    return !world.hasOtherInstance
  }
  setAsDefaultProtocolClient(scheme: string) {
    mustBeReady('app.setAsDefaultProtocolClient')
    world.defaultFor.push(scheme)
    return true
  }
  async whenReady() {
    await new Promise((resolve) => setImmediate(resolve))
    if (!world.isReady) {
      world.isReady = true
      world.log.push('ready')
      this.emit('session-created', session.defaultSession)
      this.emit('ready')
    }
  }
  quit() {
    const before = preventable()
    this.emit('before-quit', before)
    if (before.defaultPrevented) return
    world.isQuitting = true
    for (const window of [...world.windows]) window.close()
    world.isQuitting = false
    if (world.windows.size > 0) return
    const will = preventable()
    this.emit('will-quit', will)
    if (!will.defaultPrevented) finish(0)
  }
  exit(code = 0) {
    for (const window of [...world.windows]) window.destroy()
    finish(code)
  }
}

export const app = strict('app', new App())

world.onContents = (contents) => void app.emit('web-contents-created', {}, contents)
world.onAllClosed = () => {
  if (!app.emit('window-all-closed')) app.quit()
}

export function newSession() {
  const handlers = world.newHandlers()
  return strict('session', {
    setPermissionRequestHandler(handler: typeof handlers.request) {
      handlers.request = handler
    },
    setPermissionCheckHandler(handler: typeof handlers.check) {
      handlers.check = handler
    },
    setDevicePermissionHandler(handler: typeof handlers.device) {
      handlers.device = handler
    },
    webRequest: strict('session.webRequest', {
      onBeforeRequest(handler: typeof handlers.network) {
        handlers.network = handler
      },
    }),
    flushStorageData() {
      world.log.push('session.flushStorageData')
    },
  })
}

const defaultSession = newSession()

export const session = strict('session', {
  get defaultSession() {
    mustBeReady('session.defaultSession')
    return defaultSession
  },
})

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(schemes: { scheme: string; privileges: Record<string, boolean> }[]) {
    mustBeEarly('protocol.registerSchemesAsPrivileged')
    for (const { scheme, privileges } of schemes) world.schemes.set(scheme, privileges)
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>) {
    mustBeReady('protocol.handle')
    if (!world.schemes.has(scheme)) throw new Error(`${scheme} has no privileges`)
    world.handlers.set(scheme, handler)
  },
})

export const BrowserWindow = new Proxy(StubWindow, {
  construct: (made, [options]) => strict('BrowserWindow', new made(options)),
})
export const MessageChannelMain = StubChannel

export const utilityProcess = strict('utilityProcess', {
  fork(module: string, args: string[], options: Record<string, unknown>) {
    mustBeReady('utilityProcess.fork')
    const child = new StubUtilityProcess(module, args, options)
    world.children.push(child)
    return strict('UtilityProcess', child)
  },
})

/** Turns every byte over, so that what is kept is not what was given. */
const turned = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0xff))

export const safeStorage = strict('safeStorage', {
  getSelectedStorageBackend: () => (world.isReady ? world.keychain.backend : 'unknown'),
  isAsyncEncryptionAvailable: async () => world.isReady && world.keychain.isAvailable,
  async encryptStringAsync(text: string) {
    return turned(Buffer.from(`${world.keychain.key}:${text}`))
  },
  async decryptStringAsync(sealed: Buffer) {
    const [key, result] = turned(sealed).toString().split(':')
    const isKnown = key === world.keychain.key || key === world.keychain.formerKey
    if (!isKnown || result === undefined) throw new Error('Error while decrypting the ciphertext')
    return { result, shouldReEncrypt: key !== world.keychain.key }
  },
})

class NativeTheme extends EventEmitter {
  get shouldUseDarkColors() {
    return world.isDark
  }
}
export const nativeTheme = strict('nativeTheme', new NativeTheme())

export const screen = strict('screen', { getAllDisplays: () => world.displays })

export const dialog = strict('dialog', {
  showErrorBox(title: string, content: string) {
    world.errors.push(`${title}: ${content}`)
  },
})

export const Menu = strict('Menu', {
  buildFromTemplate: (template: unknown[]) => template,
  setApplicationMenu(menu: unknown[]) {
    world.menu = menu
  },
})

class IpcRenderer extends EventEmitter {}
/** For the preload: it may listen. */
export const ipcRenderer = strict('ipcRenderer', new IpcRenderer())

// There, and nobody may touch them.
export const ipcMain = strict('ipcMain', {})
export const shell = strict('shell', {})
export const contextBridge = strict('contextBridge', {})
export const webFrame = strict('webFrame', {})
