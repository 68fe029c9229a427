import { type CSSProperties, useEffect, useState } from 'react'
import type { HeatView } from '../../shared/attention-views.ts'
import type { ArtifactId } from '../../shared/ids.ts'
import { heatValue, heatWord } from '../heat.ts'
import { ago, span } from '../moments.ts'
import { strings } from '../strings.ts'
import { Avatar } from '../ui/person.tsx'
import { Name } from '../ui/said.tsx'
import { FaultNote, Lead, Sheet } from '../ui/sheet.tsx'
import { useSession } from './context.ts'
import styles from './warmth-panel.module.css'

type WarmthPanelProps = { readonly id: ArtifactId; readonly name: string; readonly onClose: () => void }

/** Says in words where the warmth of something comes from. */
export function WarmthPanel({ id, name, onClose }: WarmthPanelProps) {
  const { ask } = useSession()
  const [heat, setHeat] = useState<HeatView>()
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    let isOpen = true
    void ask('heat.get', { id }).then((answer) => {
      if (!isOpen) return
      if (answer.ok) setHeat(answer.value)
      else setFault(answer.fault.message)
    })
    return () => {
      isOpen = false
    }
  }, [ask, id])
  return (
    <Sheet title={strings.heat.why(name)} onClose={onClose}>
      <FaultNote text={fault} />
      {heat ? <Warmth heat={heat} /> : null}
    </Sheet>
  )
}

function Warmth({ heat }: { readonly heat: HeatView }) {
  if (heat.contributors.length === 0) return <Lead>{strings.heat.none}</Lead>
  const now = Date.now()
  return (
    <>
      <p className={styles['level']} style={{ '--heat': heatValue(heat.heat) } as CSSProperties}>
        {strings.heat.level(heatWord(heat.heat), heatValue(heat.heat))}
      </p>
      <ul className={styles['list']}>
        {heat.contributors.map((each) => (
          <li key={each.playerId} className={styles['one']}>
            <Avatar playerId={each.playerId} name={each.name} size={26} />
            <b>
              <Name text={each.name} />
            </b>
            <span>
              {strings.heat.one(
                span(each.dwellMillis),
                each.present ? strings.heat.present : ago(each.lastSeenAt, now),
              )}
            </span>
            <i className={styles['share']} style={{ '--share': each.share } as CSSProperties} aria-hidden />
          </li>
        ))}
      </ul>
      <Lead>{strings.heat.total(heat.uniquePeers, span(heat.totalDwellMillis))}</Lead>
    </>
  )
}
