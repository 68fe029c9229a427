import { findBrowser, installBrowser } from './browser.mjs'
import { bundle, bundleIsFresh } from './bundle.mjs'
import { alone } from './lock.mjs'
import { installPackages, packagesAreFresh } from './packages.mjs'

/**
 * Installs what is missing and builds what is stale, both only where needed. However many processes call this at the same
 * time on one checkout, each thing is done once.
 */
export async function prepare({ browser = false, build = true } = {}) {
  const ready = () => packagesAreFresh() && (!build || bundleIsFresh()) && (!browser || findBrowser())
  if (ready()) return
  await alone(async () => {
    if (!packagesAreFresh()) await installPackages()
    if (build && !bundleIsFresh()) await bundle()
    if (browser && !findBrowser()) await installBrowser()
  })
}
