import { ChevronRight } from 'lucide-react'
import { type CSSProperties, useMemo, useState } from 'react'
import {
  Dialog,
  type Key,
  Modal,
  ModalOverlay,
  Button as Pressable,
  Tree,
  TreeItem,
  TreeItemContent,
} from 'react-aria-components'
import type { ArtifactId } from '../../shared/ids.ts'
import type { ChildView } from '../../shared/views.ts'
import { byPosition } from '../field.ts'
import { heatStep, heatValue, heatWord } from '../heat.ts'
import { plainName } from '../plain.ts'
import { strings } from '../strings.ts'
import { Name } from '../ui/said.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './outline.module.css'
import { goTo, isEnterable, roomName } from './travel.ts'

/** The same tree as the rooms, as a list: everything in it is reached by keys alone. */
export function Outline({ onClose }: { readonly onClose: () => void }) {
  const session = useSession()
  const root = useHeld((state) => state.mirror.rootId)
  const name = useHeld((state) => (root ? roomName(state.mirror, root) : ''))
  const way = useHeld((state) => state.frames)
  const [open, setOpen] = useState<Set<Key>>(
    () => new Set(way.map((_, depth) => pathOf(way.slice(0, depth + 1).map((frame) => frame.id)))),
  )
  const expand = (keys: Set<Key>) => {
    for (const key of keys) {
      const last = trailOf(key).at(-1)
      if (!open.has(key) && last) void session.read.children(last)
    }
    setOpen(keys)
  }
  return (
    <ModalOverlay
      className={styles['veil'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
    >
      <Modal className={styles['place'] ?? ''}>
        <Dialog className={styles['sheet'] ?? ''} aria-label={strings.frame.outline}>
          <p className={styles['lead']}>{strings.frame.outlineLead}</p>
          {root ? (
            <Tree
              className={styles['tree'] ?? ''}
              aria-label={strings.frame.outline}
              selectionMode="none"
              expandedKeys={open}
              onExpandedChange={expand}
              onAction={(key) => {
                if (String(key).endsWith('/')) return
                goTo(session, trailOf(key))
                onClose()
              }}
              autoFocus
            >
              <Branch trail={[root]} name={name} child={undefined} open={open} />
            </Tree>
          ) : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

type BranchProps = {
  readonly trail: readonly ArtifactId[]
  readonly name: string
  readonly child: ChildView | undefined
  readonly open: ReadonlySet<Key>
}

function Branch({ trail, name, child, open }: BranchProps) {
  const id = trail.at(-1) as ArtifactId
  const key = pathOf(trail)
  const held = useHeld((state) => state.mirror.rooms.get(id))
  const children = useMemo(() => [...(held?.items.values() ?? [])].sort(byPosition), [held])
  const mayOpen = child === undefined || (isEnterable(child) && child.type !== 'story' && child.type !== 'inbox')
  return (
    <TreeItem id={key} textValue={name} className={styles['item'] ?? ''}>
      <TreeItemContent>
        {({ level, isExpanded }) => (
          <div
            className={styles['row']}
            style={{ '--level': level, '--heat': heatValue(child?.heat ?? 0) } as CSSProperties}
          >
            {mayOpen ? (
              <Pressable slot="chevron" className={styles['chevron'] ?? ''}>
                <ChevronRight aria-hidden data-open={isExpanded} />
              </Pressable>
            ) : (
              <span className={styles['chevron']} />
            )}
            <i className={styles['warmth']} aria-hidden />
            <span className={styles['name']}>
              <Name text={name} />
            </span>
            {child ? <Facts child={child} /> : null}
          </div>
        )}
      </TreeItemContent>
      {open.has(key)
        ? children.map((each) => (
            <Branch key={each.refId} trail={[...trail, each.id]} name={nameFor(each)} child={each} open={open} />
          ))
        : null}
      {mayOpen && (children.length === 0 || !open.has(key)) ? <Nothing of={key} /> : null}
    </TreeItem>
  )
}

/** Stands in a branch that is closed or empty: without something in it, keys could not open it. */
function Nothing({ of }: { readonly of: string }) {
  return (
    <TreeItem id={`${of}/`} textValue={strings.vault.emptyRoom} className={styles['item'] ?? ''}>
      <TreeItemContent>
        {({ level }) => (
          <div className={styles['row']} style={{ '--level': level } as CSSProperties}>
            <span className={styles['chevron']} />
            <span className={styles['empty']}>{strings.vault.emptyRoom}</span>
          </div>
        )}
      </TreeItemContent>
    </TreeItem>
  )
}

function Facts({ child }: { readonly child: ChildView }) {
  return (
    <span className={styles['facts']}>
      {child.unread > 0 ? <b>{strings.card.unread(child.unread)}</b> : null}
      {heatStep(child.heat) > 0 ? <span>{heatWord(child.heat)}</span> : null}
      <span>{strings.kind[child.type as keyof typeof strings.kind] ?? strings.kind.other}</span>
    </span>
  )
}

function nameFor(child: ChildView): string {
  return plainName(child.name) || (child.type === 'inbox' ? strings.kind.inbox : strings.untitled)
}

/** One thing may lie in several places: a place in the outline is the whole way to it. */
function pathOf(trail: readonly ArtifactId[]): string {
  return trail.join('/')
}

function trailOf(key: Key): ArtifactId[] {
  return String(key).split('/') as ArtifactId[]
}
