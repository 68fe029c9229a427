import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { WebSocket, WebSocketServer } from 'ws'
import { sign, signingKeys, verify } from '../crypto/signature.ts'

/**
 * One end of the floor under sending: `node bare-relay.ts DIRECTORY [URL]`. What comes in as text is signed, inserted
 * with full sync and passed on to URL; what comes in as bytes is verified, inserted with full sync and shown as text to
 * everyone connected.
 */
const [, , directory = '.', url] = process.argv
const { publicKey, secretKey } = signingKeys(randomBytes(32))
const database = new DatabaseSync(join(directory, 'bare.db'))
database.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE messages (number INTEGER PRIMARY KEY, author BLOB, signature BLOB, content BLOB) STRICT;
`)
const insert = database.prepare('INSERT INTO messages (author, signature, content) VALUES (?, ?, ?)')
const next = url === undefined ? undefined : new WebSocket(url, { perMessageDeflate: false })
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => {
    const bytes = new Uint8Array(data as Buffer)
    if (isBinary) take(bytes)
    else say(bytes)
  })
})

function say(content: Uint8Array): void {
  const signature = sign(content, secretKey)
  insert.run(publicKey, signature, content)
  next?.send(Buffer.concat([publicKey, signature, content]))
}

function take(bytes: Uint8Array): void {
  const [author, signature, content] = [bytes.subarray(0, 32), bytes.subarray(32, 96), bytes.subarray(96)]
  if (!verify(signature, content, author)) throw new Error('a forged message')
  insert.run(author, signature, content)
  for (const socket of server.clients) socket.send(content, { binary: false })
}

server.on('listening', () => {
  const address = server.address()
  const tell = () => process.send?.(typeof address === 'object' && address ? address.port : undefined)
  if (next) next.once('open', tell)
  else tell()
})
process.once('disconnect', () => process.exit())
