// What holds for every page, for whoever looks at it and by whatever they look.
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export async function isWellMade(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }), 'one heading says what this is').toHaveCount(1);
  await expect(page).toHaveTitle(/\S/);
  await expect(page).toHaveTitle(/Loggia/);
  await expect(page.getByRole('main')).toHaveCount(1);

  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(wider, 'pixels that stand out to the right').toBeLessThanOrEqual(0);

  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((element) => element.id));
  expect.soft(ids.filter((id, place) => ids.indexOf(id) !== place), 'ids that are there twice').toEqual([]);

  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary?.split('\n').slice(1).join(';')} ${node.html.slice(0, 160)}`),
  }));
  expect.soft(told, 'what axe finds against WCAG 2.2 AA').toEqual([]);
}
