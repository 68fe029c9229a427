import { Check, X } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import type { ArtifactId } from '../../../shared/ids.ts'
import type { PeerView } from '../../../shared/people-views.ts'
import type { CanvasProps } from '../../canvas.ts'
import type { Requests } from '../../mirror.ts'
import { ago } from '../../moments.ts'
import { plainName } from '../../plain.ts'
import { strings } from '../../strings.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FaultNote } from '../../ui/sheet.tsx'
import styles from './inbox-canvas.module.css'
import { Letter } from './letter.tsx'

/** Letters at the door: people who would like to connect, and people who ask to be let in somewhere. */
export function InboxCanvas(props: CanvasProps) {
  const { useMirror, ask, go, id } = props
  const peers = useMirror((mirror) => mirror.peers)
  const requests = useMirror((mirror) => mirror.requests)
  const code = useMirror((mirror) => mirror.identity?.code ?? '')
  const [fault, setFault] = useState<string>()
  const { letters, sent, blocked } = useMemo(() => sorted(peers.values()), [peers])
  const knocks = useMemo(() => [...requests].flatMap(([realm, all]) => all.map((one) => ({ realm, one }))), [requests])
  const act = async (answering: ReturnType<CanvasProps['ask']>) => {
    const answer = await answering
    setFault(answer.ok ? undefined : answer.fault.message)
    go.refresh(id)
    go.letters()
  }
  const isEmpty = letters.length === 0 && knocks.length === 0
  return (
    <div className={styles['inbox']}>
      <div className={styles['column']}>
        <FaultNote text={fault} />
        {isEmpty ? <Nothing code={code} /> : null}
        {isEmpty ? null : (
          <ul className={styles['letters']} aria-label={strings.inbox.title}>
            {letters.map((peer) => (
              <ConnectionLetter key={peer.playerId} peer={peer} ask={ask} act={act} />
            ))}
            {knocks.map(({ realm, one }) => (
              <Knock key={`${realm} ${one.playerId}`} realm={realm} one={one} act={act} {...props} />
            ))}
          </ul>
        )}
        <Rest title={strings.inbox.sentTitle} people={sent} words={strings.inbox.sent}>
          {(peer) => (
            <Button
              look="quiet"
              label={strings.inbox.act(strings.inbox.withdraw, plainName(peer.name))}
              onPress={() => void act(ask('peer.remove', { playerId: peer.playerId }))}
            >
              {strings.inbox.withdraw}
            </Button>
          )}
        </Rest>
        <Rest title={strings.inbox.blockedTitle} people={blocked} words="">
          {(peer) => (
            <Button
              look="quiet"
              label={strings.inbox.act(strings.inbox.unblock, plainName(peer.name))}
              onPress={() => void act(ask('peer.unblock', { playerId: peer.playerId }))}
            >
              {strings.inbox.unblock}
            </Button>
          )}
        </Rest>
      </div>
    </div>
  )
}

type Act = (answering: ReturnType<CanvasProps['ask']>) => Promise<void>

function sorted(peers: Iterable<PeerView>) {
  const all = [...peers].sort((a, b) => b.since - a.since)
  return {
    letters: all.filter((peer) => peer.status === 'pending' && peer.direction === 'in'),
    sent: all.filter((peer) => peer.status === 'pending' && peer.direction === 'out'),
    blocked: all.filter((peer) => peer.status === 'blocked'),
  }
}

function Nothing({ code }: { readonly code: string }) {
  return (
    <div className={styles['nothing']}>
      <h2>{strings.inbox.empty}</h2>
      <p>{strings.inbox.emptyLead}</p>
      <CopyButton text={code} label={strings.code.copyMine} />
    </div>
  )
}

function ConnectionLetter({
  peer,
  ask,
  act,
}: {
  readonly peer: PeerView
  readonly ask: CanvasProps['ask']
  readonly act: Act
}) {
  const { playerId, name } = peer
  const label = (action: string) => strings.inbox.act(action, plainName(name))
  return (
    <Letter playerId={playerId} name={name} at={peer.since} words={strings.inbox.wants} message={peer.message}>
      <Button look="quiet" label={label(strings.inbox.block)} onPress={() => void act(ask('peer.block', { playerId }))}>
        {strings.inbox.block}
      </Button>
      <Button label={label(strings.inbox.decline)} onPress={() => void act(ask('peer.remove', { playerId }))}>
        <X aria-hidden />
        {strings.inbox.decline}
      </Button>
      <Button look="go" label={label(strings.inbox.accept)} onPress={() => void act(ask('peer.accept', { playerId }))}>
        <Check aria-hidden />
        {strings.inbox.accept}
      </Button>
    </Letter>
  )
}

type KnockProps = CanvasProps & { readonly realm: ArtifactId; readonly one: Requests[number]; readonly act: Act }

function Knock({ realm, one, act, ask, useMirror }: KnockProps) {
  const place = useMirror((mirror) => childName(mirror.rooms.values(), realm))
  const { playerId, name } = one
  const label = (action: string) => strings.inbox.act(action, plainName(name))
  return (
    <Letter playerId={playerId} name={name} at={one.at} words={strings.inbox.knocks(place)}>
      <Button
        label={label(strings.inbox.refuse)}
        onPress={() => void act(ask('realm.refuse', { id: realm, playerId }))}
      >
        <X aria-hidden />
        {strings.inbox.refuse}
      </Button>
      <Button
        look="go"
        label={label(strings.inbox.admit)}
        onPress={() => void act(ask('realm.admit', { id: realm, playerId }))}
      >
        <Check aria-hidden />
        {strings.inbox.admit}
      </Button>
    </Letter>
  )
}

function childName(
  rooms: Iterable<{ readonly items: ReadonlyMap<string, { readonly id: string; readonly name: string }> }>,
  id: ArtifactId,
): string {
  for (const room of rooms) for (const child of room.items.values()) if (child.id === id) return plainName(child.name)
  return strings.untitled
}

type RestProps = {
  readonly title: string
  readonly people: readonly PeerView[]
  readonly words: string
  readonly children: (peer: PeerView) => ReactNode
}

function Rest({ title, people, words, children }: RestProps) {
  if (people.length === 0) return null
  return (
    <section className={styles['rest']}>
      <h2>{title}</h2>
      <ul>
        {people.map((peer) => (
          <li key={peer.playerId}>
            <span>
              <bdi>{plainName(peer.name) || peer.playerId.slice(0, 12)}</bdi> {words}
              <small> {ago(peer.since, Date.now())}</small>
            </span>
            {children(peer)}
          </li>
        ))}
      </ul>
    </section>
  )
}
