import { DoorOpen, Flame, Pencil, Users, X } from 'lucide-react'
import { useRef } from 'react'
import { Menu, MenuItem, Popover } from 'react-aria-components'
import type { ArtifactId } from '../../../shared/ids.ts'
import type { ChildView } from '../../../shared/views.ts'
import type { Go } from '../../canvas.ts'
import { plainName } from '../../plain.ts'
import { strings } from '../../strings.ts'
import menu from '../../ui/menu.module.css'
import styles from './vault-canvas.module.css'

/** Which card the menu is about, and where on the screen it opens. */
export type MenuAt = { readonly refId: string; readonly x: number; readonly y: number }

type CardMenuProps = {
  readonly at: MenuAt
  readonly treeId: ArtifactId
  readonly child: ChildView | undefined
  readonly go: Go
  readonly onClose: () => void
}

/** Everything keys and gestures do with a card, to be read. */
export function CardMenu({ at, treeId, child, go, onClose }: CardMenuProps) {
  const anchor = useRef<HTMLDivElement>(null)
  if (!child) return null
  const name = plainName(child.name) || strings.untitled
  return (
    <>
      <div ref={anchor} className={styles['anchor']} style={{ left: at.x, top: at.y }} />
      <Popover
        className={menu['popover'] ?? ''}
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        onOpenChange={(isOpen) => {
          if (!isOpen) onClose()
        }}
      >
        <Menu className={menu['menu'] ?? ''} aria-label={strings.frame.menu} autoFocus="first" onClose={onClose}>
          <MenuItem className={menu['item'] ?? ''} onAction={() => go.enter(child.refId)}>
            <DoorOpen aria-hidden />
            {strings.frame.enter}
          </MenuItem>
          <MenuItem className={menu['item'] ?? ''} onAction={() => go.open({ kind: 'rename', id: child.id, name })}>
            <Pencil aria-hidden />
            {strings.frame.rename}
          </MenuItem>
          {child.type === 'inbox' ? null : (
            <MenuItem className={menu['item'] ?? ''} onAction={() => go.open({ kind: 'members', id: child.id })}>
              <Users aria-hidden />
              {strings.frame.members}
            </MenuItem>
          )}
          <MenuItem className={menu['item'] ?? ''} onAction={() => go.open({ kind: 'warmth', id: child.id, name })}>
            <Flame aria-hidden />
            {strings.heat.whyShort}
          </MenuItem>
          <MenuItem
            className={`${menu['item']} ${menu['danger']}`}
            onAction={() => go.open({ kind: 'remove', treeId, refId: child.refId })}
          >
            <X aria-hidden />
            {strings.frame.takeOut}
          </MenuItem>
        </Menu>
      </Popover>
    </>
  )
}
