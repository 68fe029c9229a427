/** What the benchmark uses of hypercore 11 (it publishes no types). */
declare module 'hypercore' {
  import type { Duplex } from 'node:stream'
  export default class Hypercore {
    constructor(directory: string, key?: Uint8Array)
    readonly key: Buffer
    ready(): Promise<void>
    append(blocks: readonly Uint8Array[]): Promise<unknown>
    replicate(isInitiator: boolean): Duplex
    download(range: { start: number; end: number }): { done(): Promise<void> }
  }
}
