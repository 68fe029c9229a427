import type { Tables } from '../../core/tables.ts'
import type { Database } from '../database.ts'
import type { Sealing } from '../sealing.ts'
import { amendments } from './amendments.ts'
import { artifacts } from './artifacts.ts'
import { attention } from './attention.ts'
import { blobs } from './blobs.ts'
import { devices } from './devices.ts'
import { entries } from './entries.ts'
import { envelopes } from './envelopes.ts'
import { facts } from './facts.ts'
import { forgetting } from './forgetting.ts'
import { holdings } from './holdings.ts'
import { idents } from './idents.ts'
import { kept } from './kept.ts'
import { keys } from './keys.ts'
import { leaves } from './leaves.ts'
import { logs } from './logs.ts'
import { marks } from './marks.ts'
import { members } from './members.ts'
import { metadata } from './metadata.ts'
import { notes } from './notes.ts'
import { peers } from './peers.ts'
import { places } from './places.ts'
import { references } from './references.ts'
import { search } from './search.ts'
import { visits } from './visits.ts'

/** The core's tables over an open vault file. */
export function tablesOf(database: Database, sealing: Sealing): Tables {
  const known = idents(database)
  return {
    facts: facts(database, sealing),
    artifacts: artifacts(database, sealing, known),
    members: members(database, sealing, known),
    logs: logs(database, known),
    envelopes: envelopes(database),
    keys: keys(database, sealing),
    attention: attention(database, known),
    kept: kept(database),
    marks: marks(database, known),
    blobs: blobs(database, sealing),
    entries: entries(database, known),
    amendments: amendments(database, known),
    leaves: leaves(database, known),
    references: references(database, sealing),
    places: places(database),
    metadata: metadata(database, sealing),
    peers: peers(database, sealing),
    devices: devices(database, known),
    holdings: holdings(database, known),
    visits: visits(database, known),
    notes: notes(database, sealing),
    search: search(database, sealing),
    forget: forgetting(database),
  }
}
