import { Copy, Keyboard, Monitor, Moon, Mouse, Pencil, Sun } from 'lucide-react'
import { useState } from 'react'
import {
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Button as Pressable,
  Separator,
} from 'react-aria-components'
import { plainName } from '../plain.ts'
import { openPanel } from '../store.ts'
import { strings } from '../strings.ts'
import menu from '../ui/menu.module.css'
import { Avatar } from '../ui/person.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './me-pill.module.css'
import { setTheme, setWheel, type Theme, theme, type Wheel, wheel } from './preferences.ts'

/** Oneself, top left: one's name, and how this window looks and feels. */
export function MePill() {
  const { store } = useSession()
  const identity = useHeld((state) => state.mirror.identity)
  if (!identity) return null
  const name = plainName(identity.name)
  return (
    <MenuTrigger>
      <Pressable className={styles['me'] ?? ''} aria-label={strings.me.open}>
        <Avatar playerId={identity.playerId} name={name} size={28} />
      </Pressable>
      <Popover className={menu['popover'] ?? ''} placement="bottom start">
        <Menu className={menu['menu'] ?? ''} aria-label={strings.me.open}>
          <MenuSection>
            <Header className={menu['header'] ?? ''}>
              <bdi>{name}</bdi>
              {identity.sealed ? null : <span className={menu['note']}>{strings.sync.unsealed}</span>}
            </Header>
            <MenuItem className={menu['item'] ?? ''} onAction={() => openPanel(store, { kind: 'connect' })}>
              <Copy aria-hidden />
              {strings.code.mine}
            </MenuItem>
            <MenuItem className={menu['item'] ?? ''} onAction={() => openPanel(store, { kind: 'me' })}>
              <Pencil aria-hidden />
              {strings.me.rename}
            </MenuItem>
            <MenuItem className={menu['item'] ?? ''} onAction={() => openPanel(store, { kind: 'keys' })}>
              <Keyboard aria-hidden />
              {strings.me.keys}
            </MenuItem>
          </MenuSection>
          <Separator className={menu['line'] ?? ''} />
          <ThemeSection />
          <Separator className={menu['line'] ?? ''} />
          <WheelSection />
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

const themes: readonly { readonly id: Theme; readonly icon: typeof Sun }[] = [
  { id: 'system', icon: Monitor },
  { id: 'dark', icon: Moon },
  { id: 'light', icon: Sun },
]

function ThemeSection() {
  const [chosen, choose] = useState(theme)
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const next = themes.find((each) => keys !== 'all' && keys.has(each.id))?.id ?? 'system'
        setTheme(next)
        choose(next)
      }}
    >
      <Header className={menu['header'] ?? ''}>{strings.me.theme}</Header>
      {themes.map(({ id, icon: Icon }) => (
        <MenuItem key={id} id={id} className={menu['item'] ?? ''}>
          <Icon aria-hidden />
          {strings.me.themes[id]}
        </MenuItem>
      ))}
    </MenuSection>
  )
}

const wheels: readonly Wheel[] = ['auto', 'mouse']

function WheelSection() {
  const [chosen, choose] = useState(wheel)
  return (
    <MenuSection
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const next = wheels.find((each) => keys !== 'all' && keys.has(each)) ?? 'auto'
        setWheel(next)
        choose(next)
      }}
    >
      <Header className={menu['header'] ?? ''}>{strings.me.wheel}</Header>
      {wheels.map((id) => (
        <MenuItem key={id} id={id} className={menu['item'] ?? ''}>
          <Mouse aria-hidden />
          {strings.me.wheels[id]}
        </MenuItem>
      ))}
    </MenuSection>
  )
}
