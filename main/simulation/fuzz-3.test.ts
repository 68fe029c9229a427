import { describe } from 'vitest'
import { runQuarter } from './fuzz-runs.ts'

describe('any order, any loss, any crash', () => {
  runQuarter(3)
})
