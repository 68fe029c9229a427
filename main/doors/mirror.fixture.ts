import { createInterface } from 'node:readline'
import { processPort } from './process-port.ts'

/** The child of ports.test.ts: what the lane `tested` hears goes out on stdout, what comes in on stdin it says. */
const tested = processPort(process, 'tested')
const other = processPort(process, 'other')
tested.onMessage((message) => process.stdout.write(`${encodeURIComponent(JSON.stringify(message))}\n`))
other.onMessage((message) => other.send(`other: ${message}`))
const lines = createInterface(process.stdin)
lines.on('line', (line) => tested.send(JSON.parse(decodeURIComponent(line))))
tested.onClose(() => lines.close())
