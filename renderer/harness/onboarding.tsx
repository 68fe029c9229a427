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
    <section className={styles['step']} data-step="meet" aria-labelledby="welcome">
      <Seed name={plainName(name)} />
      <h1 id="welcome" className={styles['title']}>
        <bdi>{strings.onboarding.meetTitle(plainName(name))}</bdi>
      </h1>
      <p className={styles['lead']}>{strings.onboarding.meetLead}</p>
      <div className={styles['card']}>
        {isPasting ? (
          <PasteCode
            autoFocus
            beside={
              <Button look="quiet" onPress={() => setPasting(false)}>
                {strings.code.mine}
              </Button>
            }
          />
        ) : (
          <MyCode beside={<Button onPress={() => setPasting(true)}>{strings.code.paste}</Button>} />
        )}
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
    <div className={styles['nest']} aria-hidden>
      <svg viewBox="0 0 220 220" aria-hidden="true">
        <defs>
          <linearGradient id="thread" x1="20" y1="30" x2="200" y2="190" gradientUnits="userSpaceOnUse">
            <stop offset="0" stopColor="#818cf8" />
            <stop offset=".5" stopColor="#c084fc" />
            <stop offset="1" stopColor="#f472b6" />
          </linearGradient>
        </defs>
        <g fill="none" stroke="url(#thread)">
          <circle cx="110" cy="110" r="106" strokeWidth="1" opacity=".34" />
          <circle cx="116" cy="112" r="78" strokeWidth="1.5" opacity=".6" />
        </g>
        <circle cx="18" cy="58" r="5" fill="var(--peace)" />
        <circle cx="66" cy="53" r="4" fill="var(--love)" />
        <circle cx="72" cy="209" r="4.5" fill="var(--hope)" />
      </svg>
      <div className={`artifact ${styles['seed']}`} style={{ '--heat': heat.toFixed(2) } as CSSProperties}>
        <span>{name ? initialOf(name) : ''}</span>
      </div>
    </div>
  )
}
