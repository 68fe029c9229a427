import { createServer } from 'vite'
import { giveUp, inRoot, onEnd } from './checkout.mjs'
import { startHost } from './host.mjs'
import { prepare } from './prepare.mjs'

/**
 * `npm run dev [-- ARGS]`: a host as built, and the renderer from its sources with hot reload in front of it. ARGS are
 * those of `indra serve`; what changes under main/ or shared/ needs a new start.
 */
process.exitCode = await dev(process.argv.slice(2)).catch(giveUp)

async function dev(args) {
  await prepare()
  const data = args.some((arg) => arg.startsWith('--data')) ? [] : ['--data', inRoot('out', 'dev-vault')]
  const host = startHost(['serve', ...data, ...args], 'inherit')
  onEnd(host.stop)
  const ready = await host.ready
  if (!ready) return host.ended
  const proxy = { target: ready.url, changeOrigin: true, headers: { origin: new URL(ready.url).origin } }
  const server = await createServer({
    configFile: inRoot('vite.config.ts'),
    server: { host: '127.0.0.1', proxy: { '/v1': { ...proxy, configure: asOwnPage } } },
  })
  await server.listen()
  process.stdout.write(`Indra is at ${server.resolvedUrls.local[0]}#token=${ready.token}\n`)
  const code = await host.ended
  await server.close()
  return code
}

/** To the host, what the page of this server asks has to look as if its own page had asked. */
function asOwnPage(proxy) {
  proxy.on('proxyReq', (request) => request.setHeader('sec-fetch-site', 'same-origin'))
}
