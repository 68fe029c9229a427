import { existsSync, readFileSync, watchFile } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/**
 * Loaded before a real host (`NODE_OPTIONS=--import …`) by tests that part hosts on one machine: connections to the
 * devices named in the file INDRA_PARTED, one hexadecimal key a line, are cut and come to nothing until it changes.
 */
const file = process.env.INDRA_PARTED ?? ''
const require = createRequire(pathToFileURL(`${process.cwd()}/`))
const Hyperswarm = require('hyperswarm')
const swarms = new Set()
const emit = Hyperswarm.prototype.emit

Hyperswarm.prototype.emit = function (event, ...args) {
  swarms.add(this)
  if (event !== 'connection' || !isParted(args[0])) return emit.call(this, event, ...args)
  args[0].on('error', () => {})
  args[0].destroy()
  return true
}

// the file is looked at five times a second; nothing here keeps the process alive
watchFile(file, { interval: 200, persistent: false }, () => {
  for (const swarm of swarms) for (const connection of swarm.connections) if (isParted(connection)) connection.destroy()
})

function isParted(connection) {
  const key = connection.remotePublicKey?.toString('hex')
  return existsSync(file) && readFileSync(file, 'utf8').split('\n').includes(key)
}
