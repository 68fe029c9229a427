import { Plus, UserPlus } from 'lucide-react'
import type { CanvasProps } from '../../canvas.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import styles from './vault-canvas.module.css'

/** What an empty place says: in the Vault how to begin, elsewhere what may go here. */
export function Quiet({ id, useMirror, go }: CanvasProps) {
  const isRoot = useMirror((mirror) => mirror.rootId === id)
  const room = useMirror((mirror) => mirror.rooms.get(id))
  const code = useMirror((mirror) => mirror.identity?.code ?? '')
  if (!room || room.isStale) return null
  const isQuiet = [...room.items.values()].every((child) => child.type === 'inbox')
  if (!isQuiet || room.total > room.items.size) return null
  return (
    <div className={styles['quiet']} data-low={room.items.size > 0}>
      <h2>{isRoot ? strings.vault.emptyTitle : strings.vault.emptyRoom}</h2>
      {isRoot ? (
        <>
          <p>{strings.vault.emptyLead}</p>
          <div className={styles['ways']}>
            <CopyButton text={code} label={strings.code.copyMine} />
            <Button onPress={() => go.open({ kind: 'connect' })}>
              <UserPlus aria-hidden />
              {strings.code.paste}
            </Button>
          </div>
        </>
      ) : (
        <Button onPress={() => go.open({ kind: 'make' })}>
          <Plus aria-hidden />
          {strings.vault.gather}
        </Button>
      )}
    </div>
  )
}
