import { crc32 } from 'node:zlib'

/**
 * CRC-32 of a row: `name` says which row it is, so that one which turns up elsewhere is found out too. Against what a
 * disk does by itself; what a person does is for signatures and seals.
 */
export function checksum(name: string | number, ...parts: Uint8Array[]): number {
  let sum = typeof name === 'number' ? name % 0xffff_fffb : crc32(name)
  for (const part of parts) sum = crc32(part, sum)
  return sum
}
