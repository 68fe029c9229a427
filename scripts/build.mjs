import { bundle } from './bundle.mjs'
import { giveUp } from './checkout.mjs'
import { alone } from './lock.mjs'
import { prepare } from './prepare.mjs'

/** `npm run build`: builds out/, stale or not. */
await prepare({ build: false })
  .then(() => alone(bundle))
  .catch(giveUp)
