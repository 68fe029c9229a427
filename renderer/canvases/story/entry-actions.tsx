import { CornerUpLeft, Pencil, SmilePlus, Undo2 } from 'lucide-react'
import { Menu, MenuItem, MenuTrigger, Popover, Button as Pressable } from 'react-aria-components'
import type { PlayerId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import { strings } from '../../strings.ts'
import buttons from '../../ui/button.module.css'
import { Button } from '../../ui/button.tsx'
import menu from '../../ui/menu.module.css'
import styles from './entry.module.css'
import type { EntryActs } from './entry.tsx'

const emojis = ['👍', '❤️', '😂', '✨', '🎉', '😮', '😢', '🙏']

type EntryActionsProps = {
  readonly entry: EntryView
  readonly isOwn: boolean
  readonly acts: EntryActs
  readonly me: PlayerId | undefined
  /** its menu opened or closed: until then it stays, wherever the hand goes */
  readonly onChoosing: (isChoosing: boolean) => void
}

/** What one can do with the message under the hand. */
export function EntryActions({ entry, isOwn, acts, me, onChoosing }: EntryActionsProps) {
  return (
    <div className={styles['actions']} role="toolbar" aria-label={strings.story.actions}>
      <MenuTrigger onOpenChange={onChoosing}>
        <Pressable
          className={`${buttons['button']} ${buttons['quiet']} ${buttons['icon']}`}
          aria-label={strings.story.react}
        >
          <SmilePlus aria-hidden />
        </Pressable>
        <Popover className={menu['popover'] ?? ''} placement="top">
          <Menu
            className={`${menu['menu']} ${menu['row']}`}
            aria-label={strings.story.react}
            onAction={(emoji) =>
              acts.react(entry, String(emoji), !(entry.reactions[String(emoji)] ?? []).some((player) => player === me))
            }
          >
            {emojis.map((emoji) => (
              <MenuItem key={emoji} id={emoji} className={menu['item'] ?? ''} textValue={emoji}>
                {emoji}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <Button look="icon" label={strings.story.reply} onPress={() => acts.reply(entry)}>
        <CornerUpLeft aria-hidden />
      </Button>
      {isOwn ? (
        <>
          <Button look="icon" label={strings.story.edit} onPress={() => acts.edit(entry)}>
            <Pencil aria-hidden />
          </Button>
          <Button look="icon" label={strings.story.remove} onPress={() => acts.remove(entry)}>
            <Undo2 aria-hidden />
          </Button>
        </>
      ) : null}
    </div>
  )
}
