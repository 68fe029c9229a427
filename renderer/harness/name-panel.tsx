import { type FormEvent, useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { TextInput } from '../ui/input.tsx'
import { Actions, FaultNote, Sheet } from '../ui/sheet.tsx'
import { useHeld, useSession } from './context.ts'

type NamePanelProps = {
  /** what gets a new name; without, oneself does */
  readonly of?: { readonly id: ArtifactId; readonly name: string }
  readonly onClose: () => void
}

export function NamePanel({ of, onClose }: NamePanelProps) {
  const { ask, read } = useSession()
  const own = useHeld((state) => state.mirror.identity?.name ?? '')
  const [name, setName] = useState(of?.name ?? own)
  const [fault, setFault] = useState<string>()
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const next = name.trim()
    if (next === '') return
    const renamed = of
      ? await ask('artifact.rename', { id: of.id, name: next })
      : await ask('identity.rename', { name: next })
    if (!renamed.ok) {
      setFault(renamed.fault.message)
      return
    }
    await (of ? read.room(of.id) : read.basics())
    onClose()
  }
  return (
    <Sheet title={of ? strings.rename.title : strings.me.rename} onClose={onClose}>
      <form onSubmit={(event) => void save(event)}>
        <TextInput label={strings.rename.field} value={name} onChange={setName} maxLength={120} autoFocus isRequired />
        <FaultNote text={fault} />
        <br />
        <Actions>
          <Button onPress={onClose}>{strings.cancel}</Button>
          <Button look="go" submits isDisabled={name.trim() === ''}>
            {strings.rename.save}
          </Button>
        </Actions>
      </form>
    </Sheet>
  )
}
