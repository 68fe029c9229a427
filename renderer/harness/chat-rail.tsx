import { ChevronDown, ChevronLeft, ChevronUp, DoorOpen, MessageCircle } from 'lucide-react'
import { type CSSProperties, useCallback, useMemo, useState } from 'react'
import type { ArtifactId } from '../../shared/ids.ts'
import type { ChildView } from '../../shared/views.ts'
import { fieldOf, noPlaces } from '../field.ts'
import { heatValue } from '../heat.ts'
import { timeOfDay } from '../moments.ts'
import { shortId } from '../people.ts'
import { plainName } from '../plain.ts'
import { keepDraft } from '../store.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { Avatar } from '../ui/person.tsx'
import { Name, Said } from '../ui/said.tsx'
import styles from './chat-rail.module.css'
import { useHeld, useSession } from './context.ts'
import { goToAny, newGo } from './go.ts'
import { lens } from './lens.ts'
import { useMirror } from './mirror-hook.ts'
import { typeOf } from './travel.ts'

export type RailSize = 'nano' | 'micro' | 'standard' | 'full'
const sizes: readonly RailSize[] = ['nano', 'micro', 'standard', 'full']

type ChatRailProps = { readonly size: RailSize; readonly onSize: (size: RailSize) => void }

/** ChatRail: the conversations that go with where one is, from one line to nearly the whole window. */
export function ChatRail({ size, onSize }: ChatRailProps) {
  const { read } = useSession()
  const isTalking = useHeld(
    (state) => lens(typeOf(state, state.frames.at(-1)?.id ?? ('' as ArtifactId))).surface === 'page',
  )
  const talks = useTalks()
  const [opened, setOpened] = useState<ArtifactId>()
  const current = talks.find((talk) => talk.id === opened)
  if (isTalking || talks.length === 0) return null
  const step = (by: number) =>
    onSize(sizes[Math.min(Math.max(sizes.indexOf(size) + by, 0), sizes.length - 1)] ?? 'nano')
  const open = (id: ArtifactId) => {
    void read.room(id)
    void read.story(id)
    void read.members(id)
    setOpened(id)
    if (size === 'nano' || size === 'micro') onSize('standard')
  }
  const isList = size === 'nano' || size === 'micro' || !current
  return (
    <aside className={styles['rail']} data-size={size} aria-label={strings.rail.title}>
      <div className={styles['body']}>
        {isList ? <Talks talks={size === 'nano' ? talks.slice(0, 1) : talks} onOpen={open} /> : null}
        {isList || !current ? null : <Talk key={current.id} talk={current} onBack={() => setOpened(undefined)} />}
      </div>
      <div className={styles['sizes']}>
        {size === 'full' ? null : (
          <Button look="icon" label={strings.rail.grow} onPress={() => step(1)}>
            <ChevronUp aria-hidden />
          </Button>
        )}
        {size === 'nano' ? null : (
          <Button look="icon" label={strings.rail.shrink} onPress={() => step(-1)}>
            <ChevronDown aria-hidden />
          </Button>
        )}
      </div>
    </aside>
  )
}

/** Conversations in the room one is in; where there are none, the Vault's. The newest word first. */
function useTalks(): readonly ChildView[] {
  const room = useHeld((state) => state.mirror.rooms.get(state.frames.at(-1)?.id ?? ('' as ArtifactId)))
  const root = useHeld((state) => (state.mirror.rootId ? state.mirror.rooms.get(state.mirror.rootId) : undefined))
  return useMemo(() => {
    const here = storiesIn(room?.items.values() ?? [])
    return here.length > 0 ? here : storiesIn(root?.items.values() ?? [])
  }, [room, root])
}

function storiesIn(children: Iterable<ChildView>): ChildView[] {
  const lastWord = (child: ChildView) => child.preview.at(-1)?.at ?? child.createdAt
  return [...children]
    .filter((child) => child.type === 'story' && child.status === 'active')
    .sort((a, b) => lastWord(b) - lastWord(a))
}

type TalksProps = {
  readonly talks: readonly ChildView[]
  readonly onOpen: (id: ArtifactId) => void
}

function Talks({ talks, onOpen }: TalksProps) {
  const me = useHeld((state) => state.mirror.identity?.playerId)
  return (
    <ul className={styles['talks']}>
      {talks.map((talk) => {
        const last = talk.preview.at(-1)
        const other = talk.preview.findLast((line) => line.author !== me)
        const name = plainName(talk.name) || strings.untitled
        return (
          <li key={talk.refId}>
            <button
              type="button"
              className={styles['talk']}
              style={{ '--heat': heatValue(talk.heat) } as CSSProperties}
              onClick={() => onOpen(talk.id)}
            >
              {other ? (
                <Avatar playerId={other.author} name={other.name || shortId(other.author)} size={28} />
              ) : (
                <span className={styles['sign']}>
                  <MessageCircle aria-hidden />
                </span>
              )}
              <span className={styles['words']}>
                <b>
                  <Name text={name} />
                </b>
                {last ? (
                  <span className={styles['last']}>
                    {last.author === me ? `${strings.you}: ` : ''}
                    <Said text={last.text} />
                  </span>
                ) : (
                  <span className={styles['last']}>{strings.card.quiet}</span>
                )}
              </span>
              {talk.unread > 0 ? <span className={styles['unread']}>{talk.unread}</span> : null}
              {last ? <time>{timeOfDay(last.at)}</time> : null}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function Talk({ talk, onBack }: { readonly talk: ChildView; readonly onBack: () => void }) {
  const session = useSession()
  const { id } = talk
  const name = plainName(talk.name) || strings.untitled
  const { component: Canvas } = lens(talk.type)
  const go = useMemo(() => newGo(session, id), [session, id])
  const text = useHeld((state) => state.drafts.get(id) ?? '')
  const keep = useCallback((next: string) => keepDraft(session.store, id, next), [session, id])
  const draft = useMemo(() => ({ text, keep }), [text, keep])
  return (
    <>
      <div className={styles['head']}>
        <Button look="icon" label={strings.rail.back} onPress={onBack}>
          <ChevronLeft aria-hidden />
        </Button>
        <h2 className={styles['title']}>
          <Name text={name} />
        </h2>
        <Button look="quiet" onPress={() => goToAny(session, id)}>
          <DoorOpen aria-hidden />
          {strings.rail.enter}
        </Button>
      </div>
      <div className={styles['canvas']}>
        <Canvas
          id={id}
          name={name}
          useMirror={useMirror}
          ask={session.ask}
          go={go}
          stage={session.motion}
          draft={draft}
          field={fieldOf(undefined, noPlaces)}
          chosen={undefined}
          isRoom={false}
        />
      </div>
    </>
  )
}
