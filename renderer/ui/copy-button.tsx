import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { strings } from '../strings.ts'
import { Button } from './button.tsx'

type CopyButtonProps = {
  readonly text: string
  readonly label: string
  readonly look?: 'go' | 'quiet'
}

/** Copies, and says so for a moment. */
export function CopyButton({ text, label, look }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <Button {...(look ? { look } : {})} isDisabled={text === ''} onPress={() => void copy(text).then(setCopied)}>
      {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
      <span aria-live="polite">{isCopied ? strings.copied : label}</span>
    </Button>
  )
}

/** By the clipboard where the page may use it, else by a selection, as on a page without a secure origin. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('aria-hidden', 'true')
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand('copy')
  area.remove()
  return isCopied
}
