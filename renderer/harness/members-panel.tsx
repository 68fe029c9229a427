import { useEffect, useState } from 'react'
import type { ArtifactId, PlayerId } from '../../shared/ids.ts'
import type { Members } from '../mirror.ts'
import { plainName } from '../plain.ts'
import { openPanel } from '../store.ts'
import { strings } from '../strings.ts'
import { Button } from '../ui/button.tsx'
import { Avatar } from '../ui/person.tsx'
import { Name } from '../ui/said.tsx'
import { Actions, FaultNote, Lead, Sheet } from '../ui/sheet.tsx'
import { useHeld, useSession } from './context.ts'
import styles from './members-panel.module.css'
import { roomName } from './travel.ts'

type MembersPanelProps = { readonly id: ArtifactId; readonly onClose: () => void }
type Member = Members[number]

/** Who is in a place. Its steward can remove someone, and is told what that promises and what it cannot. */
export function MembersPanel({ id, onClose }: MembersPanelProps) {
  const { ask, read, store } = useSession()
  const members = useHeld((state) => state.mirror.members.get(id))
  const name = useHeld((state) => roomName(state.mirror, id))
  const me = useHeld((state) => state.mirror.identity?.playerId)
  const [leaving, setLeaving] = useState<Member>()
  const [fault, setFault] = useState<string>()
  useEffect(() => void read.members(id), [read, id])
  const isSteward = members?.some((member) => member.playerId === me && member.role === 'steward') ?? false
  const remove = async (grantee: PlayerId) => {
    const revoked = await ask('artifact.revoke', { id, grantee })
    setFault(revoked.ok ? undefined : revoked.fault.message)
    setLeaving(undefined)
    await read.members(id)
  }
  if (leaving) {
    const who = plainName(leaving.name)
    return (
      <Sheet title={strings.members.removeTitle(who)} onClose={() => setLeaving(undefined)} isQuestion>
        <Lead>{strings.members.promise(who)}</Lead>
        <Actions>
          <Button autoFocus onPress={() => setLeaving(undefined)}>
            {strings.members.keep}
          </Button>
          <Button look="danger" onPress={() => void remove(leaving.playerId)}>
            {strings.members.confirm}
          </Button>
        </Actions>
      </Sheet>
    )
  }
  return (
    <Sheet title={strings.members.title(name)} onClose={onClose}>
      <FaultNote text={fault} />
      <ul className={styles['list']} aria-label={strings.members.title(name)}>
        {members?.map((member) => (
          <MemberRow
            key={member.playerId}
            member={member}
            me={me}
            mayRemove={isSteward && member.playerId !== me}
            onRemove={setLeaving}
          />
        ))}
      </ul>
      <Actions>
        <Button onPress={() => openPanel(store, { kind: 'connect' })}>{strings.members.invite}</Button>
      </Actions>
    </Sheet>
  )
}

type MemberRowProps = {
  readonly member: Member
  readonly me: PlayerId | undefined
  readonly mayRemove: boolean
  readonly onRemove: (member: Member) => void
}

function MemberRow({ member, me, mayRemove, onRemove }: MemberRowProps) {
  const isMe = member.playerId === me
  return (
    <li className={styles['member']}>
      <Avatar playerId={member.playerId} name={member.name} />
      <span className={styles['name']}>
        <Name text={member.name} />
        {isMe ? <small>{strings.you}</small> : null}
      </span>
      <span className={styles['role']} data-role={member.role}>
        {member.role === 'steward' ? strings.members.steward : strings.members.member}
      </span>
      <span className={styles['state']} data-online={member.online || isMe}>
        {member.online || isMe ? strings.members.online : strings.members.away}
      </span>
      {mayRemove ? (
        <Button look="quiet" label={strings.members.remove(plainName(member.name))} onPress={() => onRemove(member)}>
          {strings.members.confirm}
        </Button>
      ) : null}
    </li>
  )
}
