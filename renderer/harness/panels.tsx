import { openPanel } from '../store.ts'
import { ConnectPanel } from './connect-panel.tsx'
import { useHeld, useSession } from './context.ts'
import { KeysPanel } from './keys-panel.tsx'
import { MakePanel } from './make-panel.tsx'
import { MembersPanel } from './members-panel.tsx'
import { NamePanel } from './name-panel.tsx'
import { Outline } from './outline.tsx'
import { RemovePanel } from './remove-panel.tsx'
import { WarmthPanel } from './warmth-panel.tsx'

/** Whatever lies over the room at the moment: one thing at a time. */
export function Panels() {
  const { store } = useSession()
  const panel = useHeld((state) => state.panel)
  const close = () => openPanel(store, undefined)
  switch (panel?.kind) {
    case 'connect':
      return <ConnectPanel code={panel.code ?? ''} onClose={close} />
    case 'make':
      return <MakePanel onClose={close} />
    case 'keys':
      return <KeysPanel onClose={close} />
    case 'outline':
      return <Outline onClose={close} />
    case 'members':
      return <MembersPanel id={panel.id} onClose={close} />
    case 'rename':
      return <NamePanel of={panel} onClose={close} />
    case 'me':
      return <NamePanel onClose={close} />
    case 'remove':
      return <RemovePanel treeId={panel.treeId} refId={panel.refId} onClose={close} />
    case 'warmth':
      return <WarmthPanel id={panel.id} name={panel.name} onClose={close} />
    default:
      return null
  }
}
