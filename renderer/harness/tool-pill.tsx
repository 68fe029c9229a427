import { ListTree, Plus, UserPlus } from 'lucide-react'
import { openPanel } from '../store.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { useSession } from './context.ts'
import styles from './tool-pill.module.css'

/** ToolPill: what one can do anywhere. */
export function ToolPill() {
  const { store } = useSession()
  return (
    <section className={styles['tools']} aria-label={strings.frame.tools}>
      <Button label={strings.frame.outline} onPress={() => openPanel(store, { kind: 'outline' })}>
        <ListTree aria-hidden />
        <span className={styles['word']}>{strings.frame.outline}</span>
      </Button>
      <Button label={strings.frame.invite} onPress={() => openPanel(store, { kind: 'connect' })}>
        <UserPlus aria-hidden />
        <span className={styles['word']}>{strings.frame.invite}</span>
      </Button>
      <Button look="go" label={strings.frame.make} onPress={() => openPanel(store, { kind: 'make' })}>
        <Plus aria-hidden />
        <span className={styles['word']}>{strings.frame.make}</span>
      </Button>
    </section>
  )
}
