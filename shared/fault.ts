import { z } from 'zod'

/** Every refusal there is, with what a person can do about it. A refusal is data: it is returned, never thrown. */
const advice = {
  NotSteward: 'Only the steward of this artifact can do that. Ask them.',
  NotActive: 'This artifact is no longer active, so it cannot change.',
  ArtifactNotFound: 'There is no such artifact in this vault. Check the id, or wait until it has synced.',
  ArtifactRecalled: 'Its steward has recalled this artifact.',
  ArtifactTransferred: 'This artifact now has another steward. Ask them.',
  NotATree: 'Only a Tree can hold other artifacts.',
  AlreadyPeered: 'You are already connected, or waiting for an answer.',
  NotPeered: 'You are not connected with this person. Exchange identity codes first.',
  PayloadNotLoaded: 'Its content has not arrived yet. Try again when someone who has it is online.',
  AlreadyGranted: 'This person already has access.',
  CannotRevoke: 'Permanent access cannot be taken back.',
  ExchangeNotFullyAccepted: 'Both people have to accept these terms first.',
  ExchangeClosed: 'This exchange has ended.',
  InvalidCode: 'This is not a code Indra understands. Copy it again, whole.',
  CodeExpired: 'This code has expired or was used up. Ask for a new one.',
  NotPermitted: 'Your access does not allow that.',
  TooLarge: 'That is larger than Indra allows. Make it smaller or split it.',
  StoreFailed: 'The vault could not be written, so nothing was changed. Check the disk and try again.',
  InvalidArguments: 'Something in this request is not as it should be.',
  UnknownCommand: 'There is no such command.',
  Unauthorized: 'This surface may not do that.',
  RateLimited: 'That was too fast. Wait a moment.',
  VaultInUse: 'Another Indra has this vault open. Close it first.',
  VaultCorrupt: 'The vault file is damaged. Nothing was changed; restore it from a backup or let peers repair it.',
  PortInUse: 'Another program uses this port. Choose another, or leave it out.',
  DiskFull: 'The disk is full, so nothing was changed. Free some space and try again.',
} as const

export type FaultCode = keyof typeof advice

const faultCodes = Object.keys(advice) as FaultCode[]

export type Fault = { readonly code: FaultCode; readonly message: string }

export const faultSchema = z.object({ code: z.enum(faultCodes), message: z.string() })

/** A refusal; `detail` names what was wrong and stands before the advice. */
export function fault(code: FaultCode, detail?: string): Fault {
  return { code, message: detail ? `${detail} ${advice[code]}` : advice[code] }
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function refuse(code: FaultCode, detail?: string): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: fault(code, detail) }
}
