import { X } from 'lucide-react'
import { useEffect } from 'react'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './notice.module.css'

/** How long a refusal stays to be read, in milliseconds. */
const stay = 8_000

/** What was refused and why, where nothing else on the screen says so. */
export function Notice() {
  const { store } = useSession()
  const text = useHeld((state) => state.notice)
  useEffect(() => {
    if (text === undefined) return
    const timer = setTimeout(() => store.setState({ notice: undefined }), stay)
    return () => clearTimeout(timer)
  }, [store, text])
  if (text === undefined) return null
  return (
    <div className={styles['notice']} role="alert">
      <span>{text}</span>
      <Button look="icon" label={strings.close} onPress={() => store.setState({ notice: undefined })}>
        <X aria-hidden />
      </Button>
    </div>
  )
}
