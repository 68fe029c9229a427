import { ArrowUp, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { EntryId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import type { Draft } from '../../canvas.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { Said } from '../../ui/said.tsx'
import { FaultNote } from '../../ui/sheet.tsx'
import styles from './composer.module.css'
import type { Voices } from './entry.tsx'

/** What the next words are: an answer to a message, or other words for one's own. */
export type Intent = { readonly kind: 'reply' | 'edit'; readonly entry: EntryView }

type ComposerProps = {
  readonly name: string
  readonly draft: Draft
  readonly intent: Intent | undefined
  readonly voices: Voices
  readonly takesFocus: boolean
  readonly onIntent: (intent: Intent | undefined) => void
  readonly onEditLast: () => void
  readonly onSend: (text: string, replyTo: EntryId | undefined) => void
  /** answers with what went wrong, if something did */
  readonly onEdit: (entry: EntryView, text: string) => Promise<string | undefined>
}

/** The place to write. Enter sends, Shift+Enter begins a line; what is begun is kept. */
export function Composer(props: ComposerProps) {
  const { name, draft, intent, voices, takesFocus, onIntent, onEditLast, onSend, onEdit } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const [editing, setEditing] = useState('')
  const [fault, setFault] = useState<string>()
  const edited = intent?.kind === 'edit' ? intent.entry : undefined
  const text = edited ? editing : draft.text
  useEffect(() => {
    setFault(undefined)
    if (intent?.kind === 'edit') setEditing(intent.entry.text)
    if (intent) field.current?.focus()
  }, [intent])
  useEffect(() => {
    if (takesFocus) field.current?.focus({ preventScroll: true })
  }, [takesFocus])

  const submit = async () => {
    const words = text.trim()
    if (words === '') return
    if (!edited) {
      onSend(words, intent?.entry.entryId)
      draft.keep('')
      onIntent(undefined)
      return
    }
    const wrong = words === edited.text ? undefined : await onEdit(edited, words)
    setFault(wrong)
    if (wrong === undefined) onIntent(undefined)
  }

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      void submit()
    } else if (event.key === 'Escape' && intent) {
      event.preventDefault()
      event.stopPropagation()
      onIntent(undefined)
    } else if (event.key === 'ArrowUp' && text === '') {
      event.preventDefault()
      onEditLast()
    }
  }

  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {intent ? <IntentNote intent={intent} voices={voices} onStop={() => onIntent(undefined)} /> : null}
      <FaultNote text={fault} />
      <div className={styles['line']}>
        <textarea
          ref={field}
          className={styles['field']}
          rows={1}
          dir="auto"
          aria-label={strings.story.label(name)}
          placeholder={strings.story.write(name)}
          value={text}
          maxLength={65_536}
          onChange={(event) => (edited ? setEditing(event.target.value) : draft.keep(event.target.value))}
          onKeyDown={press}
        />
        <Button
          look={text.trim() === '' ? 'icon' : 'go'}
          label={edited ? strings.story.save : strings.story.send}
          submits
          isDisabled={text.trim() === ''}
        >
          <ArrowUp aria-hidden />
        </Button>
      </div>
    </form>
  )
}

function IntentNote({
  intent,
  voices,
  onStop,
}: {
  readonly intent: Intent
  readonly voices: Voices
  readonly onStop: () => void
}) {
  return (
    <div className={styles['intent']}>
      <span className={styles['about']}>
        <b>
          {intent.kind === 'edit' ? strings.story.editing : strings.story.replyingTo(voices.name(intent.entry.author))}
        </b>{' '}
        <Said text={intent.entry.text} />
      </span>
      <Button look="icon" label={strings.story.stop} onPress={onStop}>
        <X aria-hidden />
      </Button>
    </div>
  )
}
