/** Numbers from 0 to 2³² − 1 from 16 bytes, by sfc32: for the weather and what people do, where nothing is secret. */
export function dice(seed: Uint8Array): () => number {
  const words = new Uint32Array(seed.slice().buffer)
  let [a = 0, b = 0, c = 0, counter = 0] = words
  return () => {
    const result = (a + b + counter) >>> 0
    counter = (counter + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + result) >>> 0
    return result
  }
}
