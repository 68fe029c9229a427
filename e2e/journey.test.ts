import type { Page } from 'playwright'
import { afterAll, expect, test } from 'vitest'
import { cleanUp, dht, type Host, newDirectory, serve, until } from './host.ts'
import { closeWindows, openWindow, picture } from './window.ts'

afterAll(async () => {
  await closeWindows()
  await cleanUp()
})

const hang = { timeout: 30_000 }

/** Someone's first minute: a name, and on to the Vault. */
async function begin(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Your name' }).fill(name)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor(hang)
}

function card(page: Page, name: RegExp) {
  return page.getByRole('tree').first().getByRole('treeitem', { name })
}

async function enter(page: Page, name: RegExp): Promise<void> {
  await card(page, name).waitFor(hang)
  await card(page, name).click()
  await page.keyboard.press('Enter')
}

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^Message to/ }).fill(text)
  await page.keyboard.press('Enter')
}

test('MAIN-4 two people meet, talk, leave, come back and warm each other, in their windows', async () => {
  const bootstrap = await dht()
  const ana = await serve(newDirectory(), '--bootstrap', bootstrap)
  const boData = newDirectory()
  const bo = await serve(boData, '--bootstrap', bootstrap)
  const anas = await openWindow(ana.url)
  const bos = await openWindow(bo.url, { colorScheme: 'light' })

  await anas.page.getByRole('textbox', { name: 'Your name' }).waitFor(hang)
  await picture(anas.page, 'onboarding')
  await begin(anas.page, 'Ana')
  await begin(bos.page, 'Bo')
  await picture(anas.page, 'welcome')
  await bos.page.getByRole('button', { name: 'Copy my code' }).click()
  const code = await bos.page.evaluate(() => navigator.clipboard.readText())
  expect(code).toBe(bo.code)

  await anas.page.getByRole('button', { name: 'Paste a code' }).click()
  await anas.page.getByRole('textbox', { name: 'Code' }).fill(code)
  await anas.page.getByRole('textbox', { name: /^Message/ }).fill('It is me, from the kiln')
  await anas.page.keyboard.press('Enter')
  await anas.page.getByText('Your letter is on its way').waitFor(hang)
  await anas.page.getByRole('button', { name: 'Go to my Vault' }).click()

  await bos.page.getByRole('button', { name: 'Go to my Vault' }).click()
  await enter(bos.page, /letter/i)
  await bos.page.getByRole('button', { name: 'Accept Ana' }).waitFor(hang)
  await picture(bos.page, 'inbox')
  await bos.page.getByRole('button', { name: 'Accept Ana' }).click()
  await bos.page.keyboard.press('Escape')

  await talk(anas.page, bos.page)
  await away(anas.page, bos, bo, () => serve(boData, '--bootstrap', bootstrap))
  expect([...anas.mistakes, ...bos.mistakes.filter((each) => !/Failed to load|ERR_/.test(each))]).toEqual([])
})

/** Where one's newest message is, in words. */
async function mark(page: Page, words: string): Promise<void> {
  await page.locator('[data-part="delivery"]', { hasText: words }).waitFor(hang)
}

async function talk(ana: Page, bo: Page): Promise<void> {
  await enter(ana, /Bo/)
  await write(ana, 'Second shelf came out well. The blue ran a little on two of them.')
  await enter(bo, /Ana/)
  await bo.getByRole('article').filter({ hasText: 'Second shelf came out well' }).waitFor(hang)
  await mark(ana, 'With Bo')
  await write(bo, 'I love the ran ones')
  await ana.getByRole('article').filter({ hasText: 'I love the ran ones' }).waitFor(hang)
  await picture(ana, 'story-dark')
  await picture(bo, 'story-light')
  // the parent was there behind all along
  await ana.keyboard.press('Escape')
  await card(ana, /Bo/).waitFor(hang)
  const warmth = () =>
    card(ana, /Bo/).evaluate((element) => Number((element as HTMLElement).style.getPropertyValue('--heat')))
  await until(async () => (await warmth()) > 0, 'warmth of Bo’s stay', 60_000)
  await picture(ana, 'vault-dark')
}

async function away(
  ana: Page,
  bos: Awaited<ReturnType<typeof openWindow>>,
  bo: Host,
  again: () => Promise<Host>,
): Promise<void> {
  await bos.page.close()
  await bo.stop()
  await enter(ana, /Bo/)
  await write(ana, 'Can I lend one to Ines for the week?')
  await mark(ana, 'Here only')
  const back = await again()
  const window = await openWindow(back.url, { colorScheme: 'light', viewport: { width: 900, height: 700 } })
  await enter(window.page, /Ana/)
  await window.page.getByRole('article').filter({ hasText: 'Can I lend one to Ines' }).waitFor(hang)
  await mark(ana, 'With Bo')
  await picture(window.page, 'story-light-small')
  await window.page.keyboard.press('Escape')
  await card(window.page, /Ana/).waitFor(hang)
  await picture(window.page, 'vault-light-small')
}
