import { createHash } from 'node:crypto'
import { closeSync, constants, mkdirSync, openSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { inRoot, root, say } from './checkout.mjs'

/**
 * Runs `work` while no other process of this checkout does. The lock is the operating system's and ends with the process
 * that holds it, however that ends: a name that only one can listen on (Linux, Windows), or a lock on an open file.
 */
export async function alone(work) {
  const release = process.platform === 'linux' || process.platform === 'win32' ? await holdName() : await holdFile()
  try {
    return await work()
  } finally {
    release()
  }
}

function name() {
  const id = createHash('sha256').update(root).digest('hex').slice(0, 32)
  return process.platform === 'win32' ? `\\\\.\\pipe\\indra-${id}` : `\0indra-${id}-${process.getuid?.()}`
}

async function holdName() {
  for (let told = false; ; told = true) {
    const server = await listen()
    if (server) return () => server.close()
    if (!told) say('Waiting for another process that prepares this checkout …')
    await holderGone()
  }
}

/** The server that is the lock, or nothing while another process has it. */
function listen() {
  return new Promise((resolve, reject) => {
    const waiting = new Set()
    const server = createServer((socket) => {
      waiting.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => waiting.delete(socket))
    })
    const held = {
      close() {
        server.close()
        for (const socket of waiting) socket.destroy()
      },
    }
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(name(), () => resolve(held))
  })
}

/** The connection ends when the holder lets go or dies. */
function holderGone() {
  return new Promise((resolve) => {
    const socket = connect(name())
    socket.on('error', () => {})
    socket.once('close', resolve)
    socket.resume()
  })
}

/** macOS and the BSDs lock a file as part of opening it (O_EXLOCK, with O_NONBLOCK: not waiting for it). */
const O_EXLOCK = 0x20

async function holdFile() {
  mkdirSync(inRoot('out'), { recursive: true })
  for (;;) {
    try {
      const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK
      const file = openSync(inRoot('out', 'lock'), flags, 0o600)
      return () => closeSync(file)
    } catch (error) {
      if (error.code !== 'EAGAIN' && error.code !== 'EWOULDBLOCK') throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
