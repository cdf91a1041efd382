// Playwright's test, with the program behind it and an eye on whatever goes wrong.
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { Problems } from './problems';
import { Server } from './server';

interface Fixtures {
  problems: Problems;
  /** Opens a path, and waits until its islands have started where scripts are on. */
  open: (path: string) => Promise<void>;
  /** Waits until the page at hand is as whole as it gets. */
  settled: () => Promise<void>;
  scriptsOn: boolean;
}

export const test = base.extend<Fixtures, { people: string[]; server: Server }>({
  people: [[], { option: true, scope: 'worker' }],
  server: [
    async ({ people }, use) => {
      const server = await Server.ofTheDemo(people);
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  scriptsOn: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),
  problems: [
    async ({ context, server }, use) => {
      const problems = new Problems(context, server);
      await use(problems);
      problems.none();
    },
    { auto: true },
  ],
  settled: async ({ page, scriptsOn }, use) => use(() => settled(page, scriptsOn)),
  open: async ({ page, scriptsOn }, use) =>
    use(async (path) => {
      await page.goto(path);
      await settled(page, scriptsOn);
    }),
});

async function settled(page: Page, scriptsOn: boolean): Promise<void> {
  await page.waitForLoadState('load');
  if (scriptsOn) await expect(page.locator('html')).toHaveAttribute('data-islands', 'ready');
}

/** The words that a screen reader adds to a field: its help, and what is wrong with it. */
export async function describedBy(field: Locator): Promise<string> {
  const ids = ((await field.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
  const words = ids.map((id) => field.page().locator(`[id="${id}"]`).textContent());
  return (await Promise.all(words)).join(' ');
}

export { expect };
