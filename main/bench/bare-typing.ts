import { WebSocketServer } from 'ws'

/** The floor under typing together: `node bare-typing.ts`. What one says goes to all others; nothing is kept. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const other of server.clients) if (other !== socket) other.send(data as Buffer)
  })
})
server.on('listening', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address ? address.port : undefined)
})
process.once('disconnect', () => process.exit())
