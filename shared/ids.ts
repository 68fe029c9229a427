import { z } from 'zod'

/** 32 bytes as 64 lower-case hex digits: the player's Ed25519 public key. */
export const playerId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'PlayerId'>()
export type PlayerId = z.infer<typeof playerId>

/** 32 bytes as 64 lower-case hex digits: a device's Ed25519 (and Hyperswarm) public key. */
export const deviceId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'DeviceId'>()
export type DeviceId = z.infer<typeof deviceId>

/** `blob:<64 hex>` resolves by fetching bytes, `doc:<64 hex>` by opening and syncing a Tree. */
export const artifactId = z
  .string()
  .regex(/^(blob|doc):[0-9a-f]{64}$/)
  .brand<'ArtifactId'>()
export type ArtifactId = z.infer<typeof artifactId>

/** Names one entry of a Story: BLAKE3(author ‖ nonce), so no author can claim another's. */
export const entryId = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<'EntryId'>()
export type EntryId = z.infer<typeof entryId>
