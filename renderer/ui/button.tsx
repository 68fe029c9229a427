import type { ReactNode } from 'react'
import { Button as Pressable } from 'react-aria-components'
import styles from './button.module.css'

type ButtonProps = {
  readonly children: ReactNode
  readonly onPress?: () => void
  /** `go` is the one thing to do here, `danger` takes something away, `quiet` stands back, `icon` is quiet and round */
  readonly look?: 'go' | 'danger' | 'quiet' | 'icon'
  readonly isLarge?: boolean
  readonly isDisabled?: boolean
  /** says what it does where its face does not */
  readonly label?: string
  readonly submits?: boolean
  readonly autoFocus?: boolean
  readonly slot?: string
}

export function Button(props: ButtonProps) {
  const { children, look, isLarge, label, submits } = props
  const classes = [
    styles['button'],
    look && styles[look],
    look === 'icon' && styles['quiet'],
    isLarge && styles['large'],
  ]
  return (
    <Pressable
      className={classes.filter(Boolean).join(' ')}
      type={submits ? 'submit' : 'button'}
      isDisabled={props.isDisabled ?? false}
      autoFocus={props.autoFocus ?? false}
      {...(props.onPress ? { onPress: props.onPress } : {})}
      {...(label ? { 'aria-label': label } : {})}
      {...(props.slot ? { slot: props.slot } : {})}
    >
      {children}
    </Pressable>
  )
}
