// Started by whatever Node is there (20 or later), before anything is installed: built-in modules only.
import { giveUp } from './checkout.mjs'
import { prepare } from './prepare.mjs'

/** `node scripts/setup.mjs [--browser]`: npm packages, and with --browser a Chromium for the tests. */
await prepare({ build: false, browser: process.argv.includes('--browser') }).catch(giveUp)
