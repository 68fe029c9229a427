import { useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { plainName } from '../plain.ts'
import { take } from '../store.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { Actions, FaultNote, Lead, Sheet } from '../ui/sheet.tsx'
import { useHeld, useSession } from './context.ts'

type RemovePanelProps = { readonly treeId: ArtifactId; readonly refId: string; readonly onClose: () => void }

/** Takes one reference out of a place, after asking. Other references to the same thing stay. */
export function RemovePanel({ treeId, refId, onClose }: RemovePanelProps) {
  const { ask, read, store } = useSession()
  const child = useHeld((state) => state.mirror.rooms.get(treeId)?.items.get(refId))
  const [fault, setFault] = useState<string>()
  if (!child) return null
  const remove = async () => {
    const label = child.label ? { label: child.label } : {}
    const removed = await ask('artifact.uncompose', { treeId, childId: child.id, position: child.position, ...label })
    if (!removed.ok) {
      setFault(removed.fault.message)
      return
    }
    take(store, [{ type: 'childLeft', id: treeId, refId }])
    onClose()
    await read.children(treeId)
  }
  return (
    <Sheet title={strings.remove.title(plainName(child.name) || strings.untitled)} onClose={onClose} isQuestion>
      <Lead>{strings.remove.lead}</Lead>
      <FaultNote text={fault} />
      <Actions>
        <Button autoFocus onPress={onClose}>
          {strings.cancel}
        </Button>
        <Button look="danger" onPress={() => void remove()}>
          {strings.remove.confirm}
        </Button>
      </Actions>
    </Sheet>
  )
}
