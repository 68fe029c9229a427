import { coreNode, giveUp, inRoot, run } from './checkout.mjs'
import { prepare } from './prepare.mjs'

/** `npm run bench [-- ARGS]`: measures the built app beside named peers; main/bench says how and takes ARGS. */
await prepare({ browser: true }).catch(giveUp)
const args = [inRoot('main', 'bench', 'main.ts'), ...process.argv.slice(2)]
process.exitCode = await run(coreNode(), args, { stdio: 'inherit' })
