import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, fromHex, hex, utf8 } from './bytes.ts'
import { sign, signingKeys, verify } from './signature.ts'

/** RFC 8032 §7.1: seed, public key, message, signature. */
const RFC_8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
  [
    '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  ],
] as const

/**
 * The twelve cases of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), on which libraries disagree:
 * what is odd, libsodium's answer, message, public key, signature.
 */
const DISPUTED = [
  [
    'S = 0, small A and R',
    false,
    '8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a0000000000000000000000000000000000000000000000000000000000000000',
  ],
  [
    'small A',
    false,
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  ],
  [
    'small R',
    false,
    'aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e',
  ],
  [
    'mixed A and R, holds without cofactor',
    true,
    '9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009',
  ],
  [
    'mixed A and R, holds with cofactor only',
    false,
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed5125ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09',
  ],
  [
    'mixed A, holds with cofactor only',
    false,
    'e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c',
    'cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d',
    '21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405',
  ],
  [
    'S above the group order',
    false,
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    'e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514',
  ],
  [
    'S far above the group order',
    false,
    '85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40',
    '442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623',
    '8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa19427e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22',
  ],
  [
    'non-canonical R, reduced for the hash',
    false,
    '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f',
  ],
  [
    'non-canonical R, hashed as it is',
    false,
    '9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41',
    'f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908',
  ],
  [
    'non-canonical A, reduced for the hash',
    false,
    'e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  ],
  [
    'non-canonical A, hashed as it is',
    false,
    '39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    'a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dca5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04',
  ],
] as const

/** All encodings of the eight points of small order, non-canonical ones included, each to be read with both signs. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].flatMap((text) => {
  const negated = fromHex(text)
  negated[31] = (negated[31] ?? 0) | 0x80
  return [fromHex(text), negated]
})

/** The group order L, little-endian. */
const ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn

const keys = signingKeys(new Uint8Array(32).fill(5))
const message = utf8('what was said')

test.each(RFC_8032)('SIG-1 RFC 8032 vector of seed %s', (seed, publicKey, text, signature) => {
  const pair = signingKeys(fromHex(seed))
  expect(hex(pair.publicKey)).toBe(publicKey)
  expect(hex(pair.secretKey)).toBe(seed + publicKey)
  expect(hex(sign(fromHex(text), pair.secretKey))).toBe(signature)
  expect(verify(fromHex(signature), fromHex(text), pair.publicKey)).toBe(true)
})

test.each(DISPUTED)('SIG-2 disputed signature: %s → %s', (_what, answer, text, publicKey, signature) => {
  expect(verify(fromHex(signature), fromHex(text), fromHex(publicKey))).toBe(answer)
})

test('SIG-3 no small-order key signs anything, with any small-order R', () => {
  for (const publicKey of SMALL_ORDER) {
    for (const r of SMALL_ORDER) {
      for (let i = 0; i < 16; i++) {
        expect(verify(concat(r, new Uint8Array(32)), Uint8Array.of(i), publicKey)).toBe(false)
      }
    }
  }
})

test('SIG-4 S plus any multiple of the group order that still fits is refused', () => {
  const signature = sign(message, keys.secretKey)
  const s = BigInt(`0x${hex(signature.slice(32).reverse())}`)
  for (let multiple = 0n; s + multiple * ORDER < 2n ** 256n; multiple++) {
    const shifted = fromHex((s + multiple * ORDER).toString(16).padStart(64, '0')).reverse()
    expect(verify(concat(signature.subarray(0, 32), shifted), message, keys.publicKey)).toBe(multiple === 0n)
  }
})

test('SIG-5 any length of signature or key other than 64 and 32 is refused without an error', () => {
  const signature = sign(message, keys.secretKey)
  for (let size = 0; size < 130; size++) {
    const sized = new Uint8Array(size)
    sized.set(signature.subarray(0, size))
    expect(verify(sized, message, keys.publicKey)).toBe(size === 64)
    const key = new Uint8Array(size)
    key.set(keys.publicKey.subarray(0, size))
    expect(verify(signature, message, key)).toBe(size === 32)
  }
})

test('SIG-6 every flipped bit of signature, message or key is refused', () => {
  const signature = sign(message, keys.secretKey)
  for (const [index, part] of [signature, message, keys.publicKey].entries()) {
    for (let bit = 0; bit < part.length * 8; bit++) {
      const parts = [signature, message, keys.publicKey]
      const flipped = part.slice()
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      parts[index] = flipped
      const [sig = message, text = message, key = message] = parts
      expect(verify(sig, text, key)).toBe(false)
    }
  }
})

test('SIG-7 signing is deterministic, works on views of larger arrays, and only its own key verifies', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, seed) => {
      const pair = signingKeys(seed)
      const signature = sign(text, pair.secretKey)
      const within = concat(Uint8Array.of(1, 2, 3), signature, text, pair.publicKey)
      expect(verify(within.subarray(3, 67), within.subarray(67, 67 + text.length), within.subarray(-32))).toBe(true)
      expect(sign(text, pair.secretKey)).toEqual(signature)
      expect(verify(signature, text, keys.publicKey)).toBe(false)
    }),
  )
})

test('SIG-8 own keys of a wrong size throw', () => {
  expect(() => sign(message, keys.publicKey)).toThrow()
  expect(() => signingKeys(new Uint8Array(31))).toThrow()
})
