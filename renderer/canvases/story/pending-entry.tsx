import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { Said } from '../../ui/said.tsx'
import styles from './entry.module.css'
import type { Pending } from './rows.ts'
import type { Sending } from './use-sending.ts'

/** One's own words before the core has them; or, where it refused them, with what to do about it. */
export function PendingEntry({ pending, sending }: { readonly pending: Pending; readonly sending: Sending }) {
  return (
    <article className={styles['entry']} data-pending={pending.fault ? 'failed' : 'sending'} aria-label={strings.you}>
      <span />
      <div className={styles['body']}>
        <p className={styles['text']}>
          <Said text={pending.text} />
        </p>
        {pending.fault ? (
          <div className={styles['failed']} role="alert">
            <span>
              {strings.story.failed}: {pending.fault}
            </span>
            <Button look="quiet" onPress={() => sending.retry(pending)}>
              {strings.story.again}
            </Button>
            <Button look="quiet" onPress={() => sending.drop(pending)}>
              {strings.cancel}
            </Button>
          </div>
        ) : null}
      </div>
      <span className={styles['at']}>{pending.fault ? '' : strings.story.sending}</span>
    </article>
  )
}
