import { Input, Label, TextArea, TextField } from 'react-aria-components'
import styles from './input.module.css'

type TextInputProps = {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly hint?: string
  readonly isCode?: boolean
  readonly autoFocus?: boolean
  readonly maxLength?: number
  readonly isRequired?: boolean
}

/** A labelled line to write in; for a code, several lines in even letters. */
export function TextInput({ label, value, onChange, hint, isCode, autoFocus, maxLength, isRequired }: TextInputProps) {
  const face = isCode ? `${styles['input']} ${styles['mono']}` : (styles['input'] ?? '')
  return (
    <TextField
      className={styles['field'] ?? ''}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus ?? false}
      isRequired={isRequired ?? false}
      validationBehavior="aria"
      {...(maxLength ? { maxLength } : {})}
    >
      <Label className={styles['label'] ?? ''}>{label}</Label>
      {isCode ? (
        <TextArea className={face} placeholder={hint ?? ''} spellCheck="false" autoComplete="off" rows={3} />
      ) : (
        <Input className={face} placeholder={hint ?? ''} autoComplete="off" />
      )}
    </TextField>
  )
}
