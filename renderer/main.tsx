import './strict.ts'
import './tokens.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './harness/app.tsx'
import { followTheme } from './harness/preferences.ts'
import { openSession } from './harness/session.ts'

followTheme()
const element = document.getElementById('indra')
if (!element) throw new Error('the page has no place for Indra')
createRoot(element).render(
  <StrictMode>
    <App session={openSession()} />
  </StrictMode>,
)
