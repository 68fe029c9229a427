import { useState } from 'react'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import styles from './app.module.css'
import { Backdrop } from './backdrop.tsx'
import { SessionContext, useHeld } from './context.ts'
import { Frame } from './frame.tsx'
import { Onboarding } from './onboarding.tsx'
import type { Session } from './session.ts'

/** The window: waits for the core, gives a newcomer their Vault, and then is inside of it. */
export function App({ session }: { readonly session: Session }) {
  return (
    <SessionContext value={session}>
      <Gate />
    </SessionContext>
  )
}

function Gate() {
  const connection = useHeld((state) => state.connection)
  const hasName = useHeld((state) => state.mirror.identity?.name !== '')
  const isKnown = useHeld((state) => state.mirror.identity !== undefined && state.frames.length > 0)
  const [isMeeting, setMeeting] = useState(false)
  if (connection === 'refused') return <Threshold title={strings.gate.refusedTitle} text={strings.gate.refused} />
  if (!isKnown) return <Opening />
  if (!hasName || isMeeting) return <Onboarding onName={() => setMeeting(true)} onDone={() => setMeeting(false)} />
  return <Frame />
}

function Opening() {
  const isLost = useHeld((state) => state.connection === 'lost')
  return (
    <main className={styles['gate']}>
      <Backdrop />
      <p className={styles['opening']} role="status">
        {isLost ? strings.sync.lost : strings.sync.opening}
      </p>
    </main>
  )
}

function Threshold({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <main className={styles['gate']}>
      <Backdrop />
      <div className={styles['words']} role="alert">
        <h1 className={styles['title']}>{title}</h1>
        <p>{text}</p>
        <Button onPress={() => window.location.reload()}>{strings.gate.retry}</Button>
      </div>
    </main>
  )
}
