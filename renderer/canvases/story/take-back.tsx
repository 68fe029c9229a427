import type { EntryView } from '../../../shared/views.ts'
import type { CanvasProps } from '../../canvas.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { Actions, Lead, Sheet } from '../../ui/sheet.tsx'

type TakeBackProps = Pick<CanvasProps, 'id' | 'ask' | 'go'> & {
  readonly entry: EntryView
  /** a conversation of two: deleting touches only one's own copy (DM-1) */
  readonly isPair: boolean
  readonly onClose: () => void
}

/** Asks before a message is taken back, and says what that can and cannot do. */
export function TakeBack({ id, ask, go, entry, isPair, onClose }: TakeBackProps) {
  const words = isPair
    ? { title: strings.story.hideTitle, lead: strings.story.hideLead, confirm: strings.story.hide }
    : { title: strings.story.removeTitle, lead: strings.story.removeLead, confirm: strings.story.remove }
  const takeBack = async () => {
    onClose()
    const deleted = await ask('story.delete', { storyId: id, entryId: entry.entryId })
    if (!deleted.ok) go.warn(deleted.fault.message)
  }
  return (
    <Sheet title={words.title} onClose={onClose} isQuestion>
      <Lead>{words.lead}</Lead>
      <Actions>
        <Button autoFocus onPress={onClose}>
          {strings.cancel}
        </Button>
        <Button look="danger" onPress={() => void takeBack()}>
          {words.confirm}
        </Button>
      </Actions>
    </Sheet>
  )
}
