import { useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FaultNote, Lead, Sheet } from '../ui/sheet.tsx'
import { MyCode, PasteCode } from './code-exchange.tsx'
import styles from './connect-panel.module.css'
import { useHeld, useSession } from './context.ts'
import { goToAny } from './go.ts'
import { roomName } from './travel.ts'

/** Invite: to the place one is in, where one may; one's own code; and a code by someone else. */
export function ConnectPanel({ code, onClose }: { readonly code: string; readonly onClose: () => void }) {
  const session = useSession()
  const realm = useHeld((state) => {
    const view = state.mirror.artifacts.get(state.frames.at(-1)?.id as ArtifactId)
    const isMine = view && view.steward === state.mirror.identity?.playerId && view.status === 'active'
    return isMine && (view.type === 'story' || view.type === 'collection') && view.metadata['dm'] === undefined
      ? view.id
      : undefined
  })
  return (
    <Sheet title={strings.connect.title} onClose={onClose}>
      {realm ? <RealmInvitation id={realm} /> : null}
      <section className={styles['part']}>
        <h3>{strings.code.mine}</h3>
        <Lead>{strings.connect.mineLead}</Lead>
        <MyCode />
      </section>
      <section className={styles['part']}>
        <h3>{strings.code.paste}</h3>
        <PasteCode
          code={code}
          onOpen={(id) => {
            onClose()
            goToAny(session, id)
          }}
        />
      </section>
    </Sheet>
  )
}

function RealmInvitation({ id }: { readonly id: ArtifactId }) {
  const { ask } = useSession()
  const name = useHeld((state) => roomName(state.mirror, id))
  const [admitsAll, setAdmitsAll] = useState(false)
  const [code, setCode] = useState<string>()
  const [fault, setFault] = useState<string>()
  const make = async () => {
    const made = await ask('realm.invite', { id, ...(admitsAll ? { approve: false } : {}) })
    setCode(made.ok ? made.value.code : undefined)
    setFault(made.ok ? undefined : made.fault.message)
  }
  return (
    <section className={styles['part']} aria-label={strings.connect.realmTitle(name)}>
      <h3>
        <bdi>{strings.connect.realmTitle(name)}</bdi>
      </h3>
      <Lead>{strings.connect.realmLead}</Lead>
      <FaultNote text={fault} />
      {code ? (
        <>
          <output className={styles['code']} aria-label={strings.connect.invitation}>
            {code}
          </output>
          <CopyButton text={code} label={strings.connect.copy} look="go" />
        </>
      ) : (
        <>
          <label className={styles['check']}>
            <input type="checkbox" checked={admitsAll} onChange={(event) => setAdmitsAll(event.target.checked)} />
            {strings.connect.realmOpen}
          </label>
          <Button look="go" onPress={() => void make()}>
            {strings.connect.make}
          </Button>
        </>
      )}
    </section>
  )
}
