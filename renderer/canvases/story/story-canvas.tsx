import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { PlayerId } from '../../../shared/ids.ts'
import type { EntryView } from '../../../shared/views.ts'
import type { CanvasProps } from '../../canvas.ts'
import { childOf } from '../../mirror.ts'
import { isWhole } from '../../pages.ts'
import { nameOf } from '../../people.ts'
import { plainText } from '../../plain.ts'
import { strings } from '../../strings.ts'
import { Composer, type Intent } from './composer.tsx'
import type { EntryActs, Voices } from './entry.tsx'
import { Log } from './log.tsx'
import { firstUnread, rowsOf } from './rows.ts'
import styles from './story-canvas.module.css'
import { TakeBack } from './take-back.tsx'
import { useSending } from './use-sending.ts'

/** A conversation: what was said, and a place to say more. */
export function StoryCanvas(props: CanvasProps) {
  const { id, name, useMirror, ask, go, draft, isRoom } = props
  const page = useMirror((mirror) => mirror.stories.get(id))
  const me = useMirror((mirror) => mirror.identity?.playerId)
  const voices = useVoices(props)
  const sending = useSending(id, ask)
  const [intent, setIntent] = useState<Intent>()
  const status = useMirror((mirror) => mirror.artifacts.get(id)?.status ?? 'active')
  const isPair = useMirror((mirror) => mirror.artifacts.get(id)?.metadata['dm'] !== undefined)
  const unreadFrom = useUnreadFrom(props, page?.entries)
  const entries = page?.entries ?? noEntries
  const rows = useMemo(
    () => rowsOf({ entries, isWhole: page ? isWhole(page) : false, unreadFrom, pending: sending.pending }),
    [entries, page, unreadFrom, sending.pending],
  )
  useArrivals(entries, me, voices, go.say, isRoom)
  const older = useCallback(() => {
    const [first] = entries
    if (first) void go.older(id, first.entryId)
  }, [entries, go, id])
  const lastOwn = entries.findLast((entry) => entry.author === me && !entry.deleted && entry.accepted !== false)
  const [leaving, setLeaving] = useState<EntryView>()
  const acts = useActs(props, setIntent, setLeaving)
  return (
    <section className={styles['story']} data-room={isRoom} aria-label={name}>
      {page && entries.length === 0 && sending.pending.length === 0 ? <Beginning /> : null}
      <Log
        id={id}
        name={name}
        ask={ask}
        rows={rows}
        voices={voices}
        lastOwn={lastOwn?.entryId}
        isMore={page ? !isWhole(page) : false}
        sending={sending}
        acts={acts}
        onOlder={older}
      />
      {status === 'active' ? (
        <Composer
          name={name}
          draft={draft}
          intent={intent}
          voices={voices}
          takesFocus={isRoom}
          onIntent={setIntent}
          onEditLast={() => {
            if (lastOwn) setIntent({ kind: 'edit', entry: lastOwn })
          }}
          onSend={sending.send}
          onEdit={async (entry, text) => {
            const edited = await ask('story.edit', { storyId: id, entryId: entry.entryId, text })
            return edited.ok ? undefined : edited.fault.message
          }}
        />
      ) : (
        <p className={styles['closed']}>{strings.status[status]}</p>
      )}
      {leaving ? (
        <TakeBack entry={leaving} isPair={isPair} ask={ask} go={go} id={id} onClose={() => setLeaving(undefined)} />
      ) : null}
    </section>
  )
}

/** What can be done with a message; what the core refuses is said. */
function useActs(
  { id, ask, go }: CanvasProps,
  setIntent: (intent: Intent) => void,
  remove: (entry: EntryView) => void,
): EntryActs {
  return useMemo(() => {
    const tell = (answer: { readonly ok: boolean; readonly fault?: { readonly message: string } }) => {
      if (answer.fault) go.warn(answer.fault.message)
    }
    return {
      react: (entry, emoji, on) =>
        void ask('story.react', { storyId: id, entryId: entry.entryId, emoji, on }).then(tell),
      remove,
      reply: (entry) => setIntent({ kind: 'reply', entry }),
      edit: (entry) => setIntent({ kind: 'edit', entry }),
    }
  }, [id, ask, go, setIntent, remove])
}

const noEntries: readonly EntryView[] = []

function Beginning() {
  return (
    <div className={styles['beginning']}>
      <h2>{strings.story.empty}</h2>
      <p>{strings.story.emptyLead}</p>
    </div>
  )
}

/** Whose words these are. */
function useVoices({ id, useMirror }: CanvasProps): Voices {
  const identity = useMirror((mirror) => mirror.identity)
  const peers = useMirror((mirror) => mirror.peers)
  const names = useMirror((mirror) => mirror.names)
  const people = useMirror((mirror) => mirror.artifacts.get(id)?.people)
  return useMemo(() => {
    const named = (player: PlayerId) => nameOf({ identity, peers, names }, player)
    const others = (people ?? []).filter((person) => person.playerId !== identity?.playerId)
    return {
      me: identity?.playerId,
      letter: named,
      name: (player) => (player === identity?.playerId ? strings.you : named(player)),
      other: others.length === 1 && others[0] ? named(others[0].playerId) : undefined,
    }
  }, [identity, peers, names, people])
}

/** Where reading left off, as it was when this person came. */
function useUnreadFrom({ id, useMirror }: CanvasProps, entries: readonly EntryView[] | undefined) {
  const unread = useMirror((mirror) => childOf(mirror, id)?.unread ?? 0)
  const me = useMirror((mirror) => mirror.identity?.playerId)
  const [found, setFound] = useState<{ readonly from: ReturnType<typeof firstUnread> }>()
  if (found === undefined && entries !== undefined) setFound({ from: firstUnread(entries, unread, me) })
  return found?.from
}

/** New words by others are said once to those who listen; what is scrolled past is not. */
function useArrivals(
  entries: readonly EntryView[],
  me: PlayerId | undefined,
  voices: Voices,
  say: (text: string) => void,
  isRoom: boolean,
): void {
  const seen = useRef<string>(undefined)
  const last = entries.at(-1)
  useEffect(() => {
    const before = seen.current
    seen.current = last?.entryId
    if (!isRoom || !last || before === undefined || before === last.entryId || last.author === me) return
    say(strings.story.arrived(voices.name(last.author), plainText(last.text)))
  }, [last, me, voices, say, isRoom])
}
