import { createSocket } from 'node:dgram'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveUp, onEnd } from './checkout.mjs'
import { startHost } from './host.mjs'
import { prepare } from './prepare.mjs'

/**
 * `npm run demo`: a network of its own on this machine, two people, two windows side by side. Both vaults are new and are
 * deleted when it ends: when both windows are closed, or on Ctrl-C.
 */
process.exitCode = await demo().catch(giveUp)

async function demo() {
  await prepare()
  const folder = mkdtempSync(join(tmpdir(), 'indra-demo-'))
  const port = String(await freePort())
  const dht = startHost(['dht', '--port', port])
  const people = []
  const stop = () => {
    for (const { host } of people) host.stop()
    if (people.length === 0) dht.stop()
  }
  onEnd(stop)
  try {
    const network = await dht.ready
    if (!network) return 1
    for (const [name, place] of [
      ['Ada', '0,0,720,840'],
      ['Bo', '720,0,720,840'],
    ]) {
      const where = ['--data', join(folder, name), '--bootstrap', network.bootstrap]
      people.push({ name, host: startHost(['serve', ...where, '--name', name, '--app', '--window', place]) })
    }
    for (const { name, host } of people) {
      const ready = await host.ready
      if (!ready) return 1
      process.stdout.write(`${name}\n  code    ${ready.code}\n  address ${ready.url}#token=${ready.token}\n`)
    }
    process.stdout.write(
      'Give one of them the other’s code to connect them. Close both windows, or press Ctrl-C, to end.\n',
    )
    await Promise.all(people.map(({ host }) => host.ended))
    return 0
  } finally {
    stop()
    await Promise.all(people.map(({ host }) => host.ended))
    dht.stop()
    await dht.ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

function freePort() {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.bind({ address: '127.0.0.1', port: 0 }, () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}
