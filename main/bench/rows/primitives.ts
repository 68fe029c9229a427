import { randomBytes } from 'node:crypto'
import { blake3 } from '@noble/hashes/blake3.js'
import { hash } from 'blake3-wasm'
import { crypto_sign_detached, crypto_sign_verify_detached } from 'sodium-native'
import { digest } from '../../crypto/digest.ts'
import { sign, signingKeys, verify } from '../../crypto/signature.ts'
import type { Bench } from '../bench.ts'
import { count, type Finding, plain, times } from '../finding.ts'
import { median, ratio, type Sample } from '../sample.ts'
import { inTurns, type Side } from '../turns.ts'

/** Milliseconds that each side of each round runs for, about. */
const stretch = 40

/** Our doors to the primitives beside the libraries behind them, and beside another implementation. */
export async function primitives(bench: Bench): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const size of [256, 65_536, 1_048_576]) {
    const bytes = new Uint8Array(randomBytes(size))
    const sides = {
      ours: pace(() => digest(bytes)),
      library: pace(() => hash(bytes)),
      noble: pace(() => blake3(bytes)),
    }
    const samples = await inTurns(sides, { rounds: bench.scale.primitiveRounds, warmUp: 2 })
    findings.push(hashing(size, samples))
  }
  const { publicKey, secretKey } = signingKeys(randomBytes(32))
  const bytes = new Uint8Array(randomBytes(220))
  const signature = sign(bytes, secretKey)
  const into = new Uint8Array(64)
  findings.push(
    await signing(bench, 'Ed25519 verify, 220 bytes', {
      ours: pace(() => verify(signature, bytes, publicKey)),
      library: pace(() => crypto_sign_verify_detached(signature, bytes, publicKey)),
    }),
    await signing(bench, 'Ed25519 sign, 220 bytes', {
      ours: pace(() => sign(bytes, secretKey)),
      library: pace(() => crypto_sign_detached(into, bytes, secretKey)),
    }),
  )
  return findings
}

/** Milliseconds of CPU per call: what else the machine does does not count. */
function pace(work: () => unknown): Side {
  return async () => {
    const before = process.cpuUsage()
    const end = performance.now() + stretch
    let calls = 0
    while (performance.now() < end) {
      for (let time = 0; time < 8; time += 1) work()
      calls += 8
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / calls
  }
}

function hashing(size: number, { ours, library, noble }: Record<'ours' | 'library' | 'noble', Sample>): Finding {
  const fastest = median(library) < median(noble) ? library : noble
  const speed = ratio(fastest, ours)
  const rate = (sample: Sample) => `${plain(size / 1e3 / median(sample))} MB/s`
  return {
    what: `BLAKE3, ${count(size)} bytes`,
    measured: `${times(speed)}: ${rate(ours)}`,
    beside: `blake3-wasm ${rate(library)}, noble ${rate(noble)}`,
    goal: '≥ 0.9×',
    met: speed >= 0.9,
  }
}

async function signing(bench: Bench, what: string, sides: Record<'ours' | 'library', Side>): Promise<Finding> {
  const { ours, library } = await inTurns(sides, { rounds: bench.scale.primitiveRounds, warmUp: 2 })
  return {
    what,
    measured: `${times(ratio(library, ours))}: ${plain(1e3 / median(ours))} per second`,
    beside: `sodium-native ${plain(1e3 / median(library))} per second`,
  }
}
