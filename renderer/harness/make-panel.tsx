import { FolderOpen, MessageCircle } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { here } from '../store.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/input.tsx'
import { Actions, FaultNote, Lead, Sheet } from '../ui/sheet.tsx'
import { useSession } from './context.ts'
import { goToAny } from './go.ts'
import styles from './make-panel.module.css'
import type { Session } from './session.ts'
import { typeOf } from './travel.ts'

type Kind = 'story' | 'collection'

/** Makes a conversation or a collection where one is, and goes in. */
export function MakePanel({ onClose }: { readonly onClose: () => void }) {
  const session = useSession()
  const [kind, setKind] = useState<Kind>('story')
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '' || isBusy) return
    setBusy(true)
    const made = await make(session, kind, name.trim())
    setBusy(false)
    if (!made.ok) {
      setFault(made.fault.message)
      return
    }
    await session.read.children(made.parent)
    onClose()
    goToAny(session, made.value.id)
  }
  return (
    <Sheet title={strings.make.title} onClose={onClose}>
      <form className={styles['form']} onSubmit={(event) => void submit(event)}>
        <fieldset className={styles['kinds']}>
          <legend className={styles['legend']}>{strings.make.title}</legend>
          <Choice kind="story" chosen={kind} onChoose={setKind} />
          <Choice kind="collection" chosen={kind} onChoose={setKind} />
        </fieldset>
        <TextInput label={strings.make.name} value={name} onChange={setName} maxLength={120} autoFocus isRequired />
        <Lead>{strings.make.note}</Lead>
        <FaultNote text={fault} />
        <Actions>
          <Button look="go" submits isDisabled={name.trim() === '' || isBusy}>
            {strings.make.create}
          </Button>
        </Actions>
      </form>
    </Sheet>
  )
}

/** In the Vault it becomes a realm of its own; in a collection it becomes a part of that. */
async function make(session: Session, type: Kind, name: string) {
  const state = session.store.getState()
  const parent = here(state) ?? (state.mirror.rootId as ArtifactId)
  if (typeOf(state, parent) === 'collection') {
    return { ...(await session.ask('artifact.create', { type, name, parentId: parent })), parent }
  }
  const root = state.mirror.rootId ?? parent
  return { ...(await session.ask('realm.create', { name, type })), parent: root }
}

const faces = {
  story: { icon: MessageCircle, name: strings.make.story, lead: strings.make.storyLead },
  collection: { icon: FolderOpen, name: strings.make.collection, lead: strings.make.collectionLead },
}

type ChoiceProps = { readonly kind: Kind; readonly chosen: Kind; readonly onChoose: (kind: Kind) => void }

function Choice({ kind, chosen, onChoose }: ChoiceProps) {
  const { icon: Icon, name, lead } = faces[kind]
  return (
    <label className={styles['kind']} data-kind={kind} data-chosen={kind === chosen}>
      <input type="radio" name="kind" checked={kind === chosen} onChange={() => onChoose(kind)} />
      <Icon aria-hidden />
      <b>{name}</b>
      <span>{lead}</span>
    </label>
  )
}
