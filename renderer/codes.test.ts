import { expect, it } from 'vitest'
import { codeKind } from './codes.ts'

it('CODE-1 tells a person from a place, whatever stands around the code', () => {
  expect(['', '  \n', '""'].map(codeKind)).toEqual(['none', 'none', 'none'])
  expect(['indra1qq', ' “INDRA1QQ” ', 'indra://indra1qq?name=Bo', 'ind\nra1qq'].map(codeKind)).toEqual(
    Array(4).fill('person'),
  )
  expect(['indra:realm:AQ', "'Indra:Realm:AQ'", 'indra:re\nalm:AQ'].map(codeKind)).toEqual(Array(3).fill('realm'))
  expect(['indra:open:AQ', 'bitcoin:1', 'hello'].map(codeKind)).toEqual(Array(3).fill('unknown'))
})
