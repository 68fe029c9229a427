import { strings } from '../strings.ts'
import { Lead, Sheet } from '../ui/sheet.tsx'
import styles from './keys-panel.module.css'

export function KeysPanel({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet title={strings.keys.title} onClose={onClose} isWide>
      <dl className={styles['keys']}>
        {strings.keys.list.map(([key, meaning]) => (
          <div key={key} className={styles['key']}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Lead>{strings.keys.pointer}</Lead>
    </Sheet>
  )
}
