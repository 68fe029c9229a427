import { join } from 'node:path'
import { expect, it } from 'vitest'
import { usualFolder } from './data-folder.ts'
import { asLink, linkIn } from './deep-link.ts'
import { readLaunch } from './launch.ts'

const packaged = (...args: string[]) => readLaunch(['/opt/Indra/indra', ...args], false, '/usual')
const checkout = (...args: string[]) => readLaunch(['/opt/electron', ...args], true, '/usual')

it('LAUNCH-1 opens the usual vault where nothing else is said', () => {
  expect(packaged()).toEqual({
    data: '/usual',
    bootstrap: [],
    name: undefined,
    passphraseFile: undefined,
    place: undefined,
    link: undefined,
  })
})

it('LAUNCH-2 takes what indra serve takes, from a checkout too', () => {
  const args = ['--data', '/v', '--bootstrap=127.0.0.1:9', '--name', 'Ann', '--window', '1,2,300,400']
  const expected = {
    data: '/v',
    bootstrap: [{ host: '127.0.0.1', port: 9 }],
    name: 'Ann',
    place: '1,2,300,400',
  }
  expect(packaged(...args)).toMatchObject(expected)
  expect(checkout('--no-sandbox', '/opt/app', ...args)).toMatchObject(expected)
})

it('LAUNCH-3 passes over what is not its own', () => {
  expect(packaged('--ozone-platform=wayland', '-psn_0_1', '--port', '80', 'file.txt', '--data=/v')).toMatchObject({
    data: '/v',
  })
})

it('LAUNCH-4 believes nothing that stands after a link', () => {
  const launch = packaged('--name', 'Ann', 'indra:indra1q', '--data', '/theirs', '--bootstrap=6.6.6.6:6')
  expect(launch).toMatchObject({ data: '/usual', bootstrap: [], name: 'Ann', link: 'indra:indra1q' })
  expect(packaged('indra:not a link', '--data', '/theirs')).toMatchObject({ data: '/usual', link: undefined })
})

it('LAUNCH-5 names what is wrong', () => {
  expect(packaged('--bootstrap', 'x')).toEqual({ wrong: '--bootstrap has to be HOST:PORT, not x' })
  expect(packaged('--data')).toHaveProperty('wrong')
})

it('LINK-1 takes links of printable ASCII and of bearable length, and nothing else', () => {
  for (const link of ['indra:indra1qq', 'INDRA://indra1qq?name=J%C3%BCrgen', `indra:${'a'.repeat(8_000)}`]) {
    expect(asLink(link)).toBe(link)
  }
  const others = [
    '',
    'indra:',
    'indra',
    'https://indra:x',
    ' indra:x',
    'indra:x y',
    'indra:x\n',
    'indra:ü',
    'indra-app:x',
  ]
  for (const text of [...others, `indra:${'a'.repeat(8_200)}`]) expect([text, asLink(text)]).toEqual([text, undefined])
})

it('LINK-2 finds the first link among arguments', () => {
  expect(linkIn(['indra', '--x', 'indra:a', 'indra:b'])).toBe('indra:a')
  expect(linkIn([])).toBe(undefined)
})

it('LAUNCH-6 finds the usual folder of each system, and one that was named', () => {
  expect(usualFolder({ INDRA_DATA: '/named' }, 'linux', '/home/ann')).toBe('/named')
  expect(usualFolder({}, 'linux', '/home/ann')).toBe(join('/home/ann', '.local', 'share', 'indra'))
  expect(usualFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/ann')).toBe(join('/data', 'indra'))
  expect(usualFolder({}, 'darwin', '/Users/ann')).toBe(join('/Users/ann', 'Library', 'Application Support', 'Indra'))
  expect(usualFolder({ APPDATA: '/roaming' }, 'win32', '/ann')).toBe(join('/roaming', 'Indra'))
})
