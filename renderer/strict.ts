import { config } from 'zod'

// The page may not make code out of text. Zod would try, be refused and report it; it works as well without.
config({ jitless: true })
