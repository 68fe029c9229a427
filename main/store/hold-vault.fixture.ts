import { OpenFailure } from './failure.ts'
import { openVault } from './store.ts'

// Opens the vault in argv[2] and says `open`, or the code of the fault; keeps it until killed, or for argv[3] ms.

const [, , directory = '', millis] = process.argv
try {
  const vault = await openVault({ directory, waitMillis: 0 })
  console.log('open')
  if (millis === undefined) setInterval(() => {}, 1000)
  else setTimeout(() => void vault.close(), Number(millis))
} catch (error) {
  if (!(error instanceof OpenFailure)) throw error
  console.log(error.fault.code)
}
