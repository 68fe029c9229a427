/**
 * Reads a gateway's event stream until it cannot go on: the token is refused, the last seen event is no longer known
 * (410), or nothing listens any more. A cut in between is taken up again from the last event seen.
 */
export async function readEvents(options: {
  readonly url: URL
  readonly authorization: string
  readonly signal: AbortSignal
  readonly onOpen: () => void
  readonly onEvent: (event: unknown) => void
}): Promise<void> {
  let cursor: string | undefined
  let failures = 0
  while (failures < MOST_FAILURES && !options.signal.aborted) {
    const headers = { authorization: options.authorization, ...(cursor ? { 'last-event-id': cursor } : {}) }
    const response = await fetch(options.url, { headers, signal: options.signal }).catch(() => undefined)
    if (response && !response.ok) return
    failures = response ? 0 : failures + 1
    if (!response?.body) {
      await rest(options.signal)
      continue
    }
    options.onOpen()
    await read(response.body, (block) => {
      cursor = block.id ?? cursor
      if (block.data !== undefined) options.onEvent(JSON.parse(block.data))
    }).catch(() => undefined)
  }
}

/** How often in a row a gateway may be out of reach, and the pause after each, in milliseconds. */
const MOST_FAILURES = 5
const PAUSE = 200

function rest(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PAUSE)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

type Block = { id?: string; data?: string }

async function read(stream: ReadableStream<Uint8Array>, onBlock: (block: Block) => void): Promise<void> {
  const decoder = new TextDecoder()
  let pending = ''
  for await (const bytes of stream) {
    pending += decoder.decode(bytes, { stream: true })
    const blocks = pending.split('\n\n')
    pending = blocks.pop() ?? ''
    for (const block of blocks) onBlock(parse(block))
  }
}

/** Only what this gateway writes: one line per field, a single space after the colon, one line of data. */
function parse(text: string): Block {
  const block: Block = {}
  for (const line of text.split('\n')) {
    if (line.startsWith('id: ')) block.id = line.slice(4)
    if (line.startsWith('data: ')) block.data = line.slice(6)
  }
  return block
}
