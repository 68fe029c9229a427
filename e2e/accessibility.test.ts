import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'
import { afterAll, expect, test } from 'vitest'
import { cleanUp, newDirectory, serve } from './host.ts'
import { closeWindows, openWindow } from './window.ts'

afterAll(async () => {
  await closeWindows()
  await cleanUp()
})

const hang = { timeout: 30_000 }

/** What axe finds serious, in words a failing test can be read by. */
async function faultsOf(page: Page): Promise<string[]> {
  // a colour half-way through its transition is nobody's contrast
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => undefined))))
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`))
}

test.each(['dark', 'light'] as const)('A11Y-1 nothing serious on any screen, %s', async (colorScheme) => {
  const host = await serve(newDirectory())
  const { page } = await openWindow(host.url, { colorScheme, reducedMotion: 'reduce' })
  await page.getByRole('textbox', { name: 'Your name' }).waitFor(hang)
  expect(await faultsOf(page), 'onboarding').toEqual([])
  await host.must('identity.rename', { name: 'Ana' })
  const { id } = await host.must('realm.create', { name: 'Tuesday class' })
  for (const text of ['Second shelf came out well.', 'The kiln opens at four']) {
    const { entryId } = await host.must('story.send', { storyId: id, text })
    await host.must('story.react', { storyId: id, entryId, emoji: '✨', on: true })
  }
  await page.reload()
  const card = page
    .getByRole('tree')
    .first()
    .getByRole('treeitem', { name: /Tuesday class/ })
  await card.waitFor(hang)
  expect(await faultsOf(page), 'vault').toEqual([])
  await card.click()
  await page.keyboard.press('Enter')
  await page.getByRole('article').first().waitFor(hang)
  expect(await faultsOf(page), 'story').toEqual([])
  await page.keyboard.press('Escape')
  await card.waitFor(hang)
  await page.keyboard.press('o')
  await page.getByRole('dialog', { name: 'Outline' }).waitFor(hang)
  expect(await faultsOf(page), 'outline').toEqual([])
})
