import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { readArguments } from './arguments.ts'

function wrong(...argv: string[]): string {
  const read = readArguments(argv)
  expect(read).toHaveProperty('wrong')
  return 'wrong' in read ? read.wrong : ''
}

it('CLI-1 reads everything that serve takes', () => {
  const line = 'serve --data v --port 8080 --bootstrap 127.0.0.1:4000 --bootstrap [::1]:4001 --name Ada --open'
  const more = [
    '--window',
    '0,0,720,840',
    '--passphrase-file',
    'p',
    '--keeper',
    '--keeper-port',
    '7000',
    '--keeper-url',
    'wss://keeper.example',
  ]
  expect(readArguments([...line.split(' '), ...more])).toEqual({
    command: 'serve',
    data: resolve('v'),
    port: 8080,
    bootstrap: [
      { host: '127.0.0.1', port: 4000 },
      { host: '::1', port: 4001 },
    ],
    name: 'Ada',
    passphraseFile: 'p',
    window: 'stay',
    place: '0,0,720,840',
    keeper: 'anyone',
    keeperPort: 7_000,
    keeperUrl: 'wss://keeper.example',
  })
  expect(readArguments(['serve', '--data', 'v'])).toMatchObject({ port: 0, bootstrap: [], window: 'none' })
  expect(readArguments(['serve', '--data', 'v', '--keeper-for', 'peers'])).toMatchObject({ keeper: 'peers' })
  expect(readArguments(['serve', '--data=v', '--app'])).toMatchObject({ window: 'end' })
})

it('CLI-2 reads what dht and call take', () => {
  expect(readArguments(['dht', '--port', '4000'])).toEqual({ command: 'dht', host: '127.0.0.1', port: 4000 })
  const called = readArguments(['call', '--data', '/v', 'vault.root'])
  expect(called).toEqual({ command: 'call', data: '/v', type: 'vault.root', json: '{}' })
  expect(readArguments(['call', 'a.b', '{"x":1}', '--data', '/v'])).toMatchObject({ json: '{"x":1}' })
})

it('CLI-3 says what is wrong with a line it does not understand', () => {
  expect(wrong()).toContain('missing')
  expect(wrong('sever')).toContain('sever')
  expect(wrong('serve')).toContain('--data')
  expect(wrong('serve', '--data', '')).toContain('--data')
  expect(wrong('serve', '--data', 'v', '--prot', '1')).toContain('--prot')
  expect(wrong('serve', '--data', 'v', 'extra')).toContain('extra')
  for (const port of ['x', '-1', '65536', '1.5', ''])
    expect(wrong('serve', '--data=v', `--port=${port}`)).toContain('--port')
  for (const at of ['host', 'host:', ':1', 'host:x', 'host:70000']) {
    expect(wrong('serve', '--data=v', `--bootstrap=${at}`)).toContain('--bootstrap')
  }
  expect(wrong('serve', '--data=v', '--window=1,2')).toContain('--window')
  expect(wrong('dht')).toContain('--port')
  expect(wrong('call', '--data', 'v')).toContain('command')
  expect(wrong('call', '--data', 'v', 'a.b', '{', 'x')).toContain('quote')
})
