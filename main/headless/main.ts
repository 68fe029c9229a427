import { fileURLToPath } from 'node:url'
import { readArguments, usage } from './arguments.ts'

// A reader that leaves early is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await run()
// Done: what a library still holds on to does not keep the process.
setTimeout(() => process.exit(), 200).unref()

async function run(): Promise<number> {
  const args = readArguments(process.argv.slice(2))
  if ('wrong' in args) {
    process.stderr.write(`indra: ${args.wrong}\n\n${usage}`)
    return 2
  }
  // Each command loads only what it needs: the process that serves the page holds no network and no vault.
  if (args.command === 'serve') return (await import('./serve.ts')).serve(args, places())
  if (args.command === 'dht') return (await import('./dht.ts')).dht(args)
  if (args.command === 'call') return (await import('./call.ts')).call(args)
  if (args.command !== 'help') return (await import('./keep.ts')).keep(args)
  process.stdout.write(usage)
  return 0
}

/** Built, everything lies beside this file in out/; run from its sources, the built renderer is looked up there. */
function places() {
  const built = import.meta.url.endsWith('.js')
  const place = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  return built
    ? { core: place('vault-process.js'), renderer: place('../renderer') }
    : { core: place('vault-process.ts'), renderer: place('../../out/renderer') }
}
