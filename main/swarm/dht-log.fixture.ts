import HyperDHT, { type Request } from 'hyperdht'

export type Asked = { readonly command: number; readonly target: Uint8Array; readonly value: Uint8Array }

/** Announcing something, among hyperdht's commands. */
export const announceCommand = 4

/** What the nodes of this process are asked, beginning now: all that a DHT ever sees. `stop` lets go of them. */
export function listenToDht(): { readonly asked: Asked[]; stop(): void } {
  const asked: Asked[] = []
  const { onrequest } = HyperDHT.prototype
  HyperDHT.prototype.onrequest = function record(this: HyperDHT, request: Request) {
    const { command, target, value } = request
    asked.push({ command, target: new Uint8Array(target ?? []), value: new Uint8Array(value ?? []) })
    return onrequest.call(this, request)
  }
  return {
    asked,
    stop() {
      HyperDHT.prototype.onrequest = onrequest
    },
  }
}
