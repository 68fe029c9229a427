import { plainName, plainText } from '../plain.ts'

/** A name given by someone else: on one line, kept apart from the direction of what surrounds it. */
export function Name({ text }: { readonly text: string }) {
  return <bdi>{plainName(text)}</bdi>
}

/** Words by someone else, as text and nothing but text. */
export function Said({ text, className }: { readonly text: string; readonly className?: string | undefined }) {
  return (
    <bdi dir="auto" className={className}>
      {plainText(text)}
    </bdi>
  )
}
