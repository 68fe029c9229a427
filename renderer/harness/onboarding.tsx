import { type CSSProperties, type FormEvent, useState } from 'react'
import { initialOf } from '../people.ts'
import { plainName } from '../plain.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { FaultNote } from '../ui/sheet.tsx'
import { Backdrop } from './backdrop.tsx'
import { MyCode, PasteCode } from './code-exchange.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './onboarding.module.css'

type OnboardingProps = { readonly onName: () => void; readonly onDone: () => void }

/** A newcomer's way in: a name, and the Vault is there; then how to meet someone, now or later. */
export function Onboarding({ onName, onDone }: OnboardingProps) {
  const name = useHeld((state) => state.mirror.identity?.name ?? '')
  return (
    <main className={styles['place']}>
      <Backdrop />
      {name === '' ? <NameStep key="name" onName={onName} /> : <MeetStep key="meet" name={name} onDone={onDone} />}
    </main>
  )
}

function NameStep({ onName }: { readonly onName: () => void }) {
  const { ask, read } = useSession()
  const [name, setName] = useState('')
  const [fault, setFault] = useState<string>()
  const shown = plainName(name)
  const begin = async (event: FormEvent) => {
    event.preventDefault()
    if (shown === '') return
    const renamed = await ask('identity.rename', { name: name.trim() })
    if (!renamed.ok) {
      setFault(renamed.fault.message)
      return
    }
    onName()
    await read.basics()
  }
  return (
    <form className={styles['step']} onSubmit={(event) => void begin(event)}>
      <Seed name={shown} />
      <h1 className={styles['title']}>{strings.onboarding.title}</h1>
      <input
        className={styles['name']}
        aria-label={strings.onboarding.name}
        placeholder={strings.onboarding.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={120}
        autoComplete="off"
        spellCheck={false}
        ref={focus}
      />
      <FaultNote text={fault} />
      <Button look="go" isLarge submits isDisabled={shown === ''}>
        {strings.onboarding.begin}
      </Button>
      <p className={styles['lead']}>{strings.onboarding.lead}</p>
    </form>
  )
}

/** On the first screen there is only one thing to do. */
function focus(input: HTMLInputElement | null): void {
  input?.focus()
}

function MeetStep({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const [isPasting, setPasting] = useState(false)
  return (
    <section className={styles['step']} aria-labelledby="welcome">
      <Seed name={plainName(name)} />
      <h1 id="welcome" className={styles['title']}>
        <bdi>{strings.onboarding.meetTitle(plainName(name))}</bdi>
      </h1>
      <p className={styles['lead']}>{strings.onboarding.meetLead}</p>
      <div className={styles['card']}>
        {isPasting ? <PasteCode autoFocus /> : <MyCode />}
        <Button look="quiet" onPress={() => setPasting(!isPasting)}>
          {isPasting ? strings.code.mine : strings.code.paste}
        </Button>
      </div>
      <Button isLarge onPress={onDone} autoFocus>
        {strings.onboarding.later}
      </Button>
    </section>
  )
}

/** The Vault before it is one: it warms as it gets a name. */
function Seed({ name }: { readonly name: string }) {
  const heat = Math.min(0.12 + [...name].length * 0.12, 0.8)
  return (
    <div className={`artifact ${styles['seed']}`} style={{ '--heat': heat.toFixed(2) } as CSSProperties} aria-hidden>
      <span>{name ? initialOf(name) : ''}</span>
    </div>
  )
}
