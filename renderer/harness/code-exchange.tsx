import { type FormEvent, type ReactNode, useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import { codeKind } from '../codes.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { TextInput } from '../ui/input.tsx'
import { Actions, FaultNote, Lead, Note } from '../ui/sheet.tsx'
import styles from './code-exchange.module.css'
import { useHeld, useSession } from './context.ts'

/** One's own code, whole, with a way to copy it, and what may stand beside that. */
export function MyCode({ beside }: { readonly beside?: ReactNode }) {
  const code = useHeld((state) => state.mirror.identity?.code ?? '')
  return (
    <section className={styles['mine']} aria-label={strings.code.mine}>
      <output className={styles['code']} aria-label={strings.code.mine}>
        {code}
      </output>
      <div className={styles['ways']}>
        <CopyButton text={code} label={strings.code.copyMine} look="go" />
        {beside}
      </div>
    </section>
  )
}

type Outcome =
  | { readonly kind: 'sent' | 'confirmed' }
  | { readonly kind: 'asking' | 'waiting' | 'joined'; readonly id: ArtifactId }
  | { readonly kind: 'fault'; readonly text: string }

type PasteCodeProps = {
  readonly onOpen?: (id: ArtifactId) => void
  readonly autoFocus?: boolean
  readonly beside?: ReactNode
  /** one that came with a link */
  readonly code?: string
}

/** A place to paste someone's code, which knows a person from an invitation and says what became of it. */
export function PasteCode({ code: given, onOpen, autoFocus, beside }: PasteCodeProps) {
  const { read } = useSession()
  const [code, setCode] = useState(given ?? '')
  const [message, setMessage] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const offer = useOffer()
  const kind = codeKind(code)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    if (kind === 'none' || isBusy) return
    setBusy(true)
    const next = await offer(code, message)
    setBusy(false)
    setOutcome(next)
    if (next.kind === 'fault') return
    setCode('')
    setMessage('')
    form.querySelector('textarea')?.focus()
    await read.basics()
  }
  return (
    <form className={styles['paste']} aria-label={strings.code.paste} onSubmit={(event) => void submit(event)}>
      <TextInput
        label={strings.code.field}
        hint={strings.code.hint}
        value={code}
        isCode
        autoFocus={autoFocus ?? false}
        onChange={(text) => {
          setCode(text)
          setOutcome(undefined)
        }}
      />
      {kind === 'person' ? (
        <TextInput
          label={strings.code.message}
          hint={strings.code.messageHint}
          value={message}
          onChange={setMessage}
          maxLength={500}
        />
      ) : null}
      <Lead>{hintFor(kind)}</Lead>
      <Result outcome={outcome} onOpen={onOpen} />
      <Actions>
        {beside}
        <Button look="go" submits isDisabled={kind === 'none' || isBusy}>
          {kind === 'realm' ? strings.code.join : strings.code.connect}
        </Button>
      </Actions>
    </form>
  )
}

/** Hands a code to the core, as the person or the place it names. */
function useOffer(): (code: string, message: string) => Promise<Outcome> {
  const { ask } = useSession()
  return async (code, message) => {
    const trimmed = code.trim()
    if (codeKind(trimmed) === 'realm') {
      const joined = await ask('realm.join', { code: trimmed })
      return joined.ok
        ? { kind: joined.value.status, id: joined.value.id }
        : { kind: 'fault', text: joined.fault.message }
    }
    const words = message.trim()
    const added = await ask('peer.add', { code: trimmed, ...(words ? { message: words } : {}) })
    if (!added.ok) return { kind: 'fault', text: added.fault.message }
    return { kind: added.value.status === 'confirmed' ? 'confirmed' : 'sent' }
  }
}

function Result({
  outcome,
  onOpen,
}: {
  readonly outcome: Outcome | undefined
  readonly onOpen: PasteCodeProps['onOpen']
}) {
  if (!outcome) return null
  if (outcome.kind === 'fault') return <FaultNote text={outcome.text} />
  const id = outcome.kind === 'joined' ? outcome.id : undefined
  return (
    <>
      <Note>{strings.code[outcome.kind]}</Note>
      {id && onOpen ? (
        <Actions>
          <Button onPress={() => onOpen(id)}>{strings.code.open}</Button>
        </Actions>
      ) : null}
    </>
  )
}

function hintFor(kind: ReturnType<typeof codeKind>): string {
  if (kind === 'person') return strings.code.isPerson
  if (kind === 'realm') return strings.code.isRealm
  return kind === 'unknown' ? strings.code.isUnknown : strings.connect.pasteLead
}
