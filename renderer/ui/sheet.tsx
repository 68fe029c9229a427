import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { strings } from '../strings.ts'
import { Button } from './button.tsx'
import styles from './sheet.module.css'

type SheetProps = {
  readonly title: string
  readonly children: ReactNode
  readonly onClose: () => void
  readonly isWide?: boolean
  /** asks before something that cannot be taken back */
  readonly isQuestion?: boolean
}

/** Something that lies over the room until it is dealt with or put away (Esc, the cross, a press beside it). */
export function Sheet({ title, children, onClose, isWide, isQuestion }: SheetProps) {
  return (
    <ModalOverlay
      className={styles['veil'] ?? ''}
      isOpen
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Modal className={`${styles['sheet']} ${isWide ? styles['wide'] : ''}`}>
        <Dialog className={styles['dialog'] ?? ''} role={isQuestion ? 'alertdialog' : 'dialog'}>
          <div className={styles['head']}>
            <Heading slot="title" level={2} className={styles['title'] ?? ''}>
              <bdi>{title}</bdi>
            </Heading>
            <Button look="icon" label={strings.close} onPress={onClose}>
              <X aria-hidden />
            </Button>
          </div>
          <div className={styles['body']}>{children}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

export function Lead({ children }: { readonly children: ReactNode }) {
  return <p className={styles['lead']}>{children}</p>
}

export function Actions({ children }: { readonly children: ReactNode }) {
  return <div className={styles['actions']}>{children}</div>
}

/** What went wrong and what to do about it; said at once to those who listen. */
export function FaultNote({ text }: { readonly text: string | undefined }) {
  if (!text) return null
  return (
    <p role="alert" className={styles['fault']}>
      {text}
    </p>
  )
}

export function Note({ children }: { readonly children: ReactNode }) {
  return (
    <p role="status" className={styles['note']}>
      {children}
    </p>
  )
}
