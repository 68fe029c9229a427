import type { EntryView } from '../../../shared/views.ts'
import type { CanvasProps } from '../../canvas.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { Actions, Lead, Sheet } from '../../ui/sheet.tsx'

type TakeBackProps = Pick<CanvasProps, 'id' | 'ask' | 'go'> & {
  readonly entry: EntryView
  readonly onClose: () => void
}

/** Asks before a message is taken back, and says what that can and cannot do. */
export function TakeBack({ id, ask, go, entry, onClose }: TakeBackProps) {
  const takeBack = async () => {
    onClose()
    const deleted = await ask('story.delete', { storyId: id, entryId: entry.entryId })
    if (!deleted.ok) go.warn(deleted.fault.message)
  }
  return (
    <Sheet title={strings.story.removeTitle} onClose={onClose} isQuestion>
      <Lead>{strings.story.removeLead}</Lead>
      <Actions>
        <Button autoFocus onPress={onClose}>
          {strings.cancel}
        </Button>
        <Button look="danger" onPress={() => void takeBack()}>
          {strings.story.remove}
        </Button>
      </Actions>
    </Sheet>
  )
}
