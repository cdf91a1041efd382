// The grid: all rows of a preview, in the browser.
import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { asset, transactions } from '../support/places';
import { expect, test } from '../support/test';

const grid = (page: Page) => page.getByRole('grid');
const status = (page: Page) => page.locator('.grid-status');

/** The texts of a column of the rows that are seen, from the top. */
async function column(page: Page, name: string): Promise<string[]> {
  const place = await page.getByRole('columnheader', { name }).getAttribute('aria-colindex');
  return page.evaluate((place) => {
    const rows = [...document.querySelectorAll<HTMLElement>('.grid-row')].filter((row) => row.style.display !== 'none');
    rows.sort((one, other) => Number(one.getAttribute('aria-rowindex')) - Number(other.getAttribute('aria-rowindex')));
    return rows.map((row) => row.querySelector(`[aria-colindex="${place}"]`)?.textContent ?? '');
  }, place);
}

async function explore(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Sort, filter and chart all/ }).click();
  await expect(page.locator('.explorer')).toHaveAttribute('data-state', 'whole');
}

test('the rows of a preview are sorted, filtered and copied', async ({ page, open, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await open(asset(transactions, 'preview'));
  expect(asked.filter((path) => /parquet|canvas|reader/.test(path)), 'nothing heavy before it is asked for').toEqual([]);
  await explore(page);
  await expect(page.getByRole('region', { name: 'First rows' })).toBeHidden();
  await expect(status(page)).toContainText(/rows, \d+ columns/);
  await expect(page.getByRole('columnheader', { name: 'description' }), 'personal data is not here either').toHaveCount(0);

  const amounts = () => column(page, 'amount');
  const number = (text: string) => Number(text.replaceAll(',', ''));
  const head = page.getByRole('columnheader', { name: 'amount' });
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'ascending');
  const up = (await amounts()).map(number);
  expect(up.length).toBeGreaterThan(5);
  expect(up).toEqual(up.toSorted((one, other) => one - other));
  await head.getByRole('button').click();
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  expect(number((await amounts())[0])).toBeGreaterThan(up[0]);

  const all = Number(await grid(page).getAttribute('aria-rowcount'));
  await page.getByLabel('Column to filter by').selectOption({ label: 'channel' });
  await page.getByLabel('What to ask of it').selectOption({ label: 'is null' });
  await expect(status(page)).toContainText('pass the filter');
  expect(Number(await grid(page).getAttribute('aria-rowcount'))).toBeLessThan(all);
  await grid(page).evaluate((grid) => (grid.scrollLeft = grid.scrollWidth));
  expect(new Set(await column(page, 'channel'))).toEqual(new Set(['null']));

  await page.getByRole('button', { name: 'Copy as CSV' }).click();
  await expect(page.getByText(/^Copied \d+ rows? by \d+ columns as CSV/)).toBeVisible();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  expect(csv.split('\n')[0]).toContain('channel');
  expect(csv.trim().split('\n')).toHaveLength(Number(await grid(page).getAttribute('aria-rowcount')));
});

test('the grid is walked by keys, and says where one is', async ({ page, open, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(asset(transactions, 'preview'));
  await explore(page);
  await grid(page).focus();
  await expect(grid(page)).toHaveAttribute('aria-activedescendant', 'grid-active');
  const at = async () => {
    const cell = page.locator('#grid-active');
    const row = await cell.evaluate((cell) => cell.parentElement?.getAttribute('aria-rowindex'));
    return [row, await cell.getAttribute('aria-colindex')];
  };
  expect(await at()).toEqual(['2', '2']);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  expect(await at()).toEqual(['3', '3']);
  await page.keyboard.press('Control+End');
  const [last, wide] = [await grid(page).getAttribute('aria-rowcount'), await grid(page).getAttribute('aria-colcount')];
  expect(await at()).toEqual([last, wide]);
  await expect(page.locator('#grid-active')).toBeInViewport();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowRight');
  await expect(status(page)).toContainText('2 rows by 2 columns chosen');
  await page.keyboard.press('Control+c');
  await expect(page.getByText('Copied 2 rows by 2 columns as CSV.')).toBeVisible();
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n')).toHaveLength(3);
  await page.keyboard.press('Escape');
  await expect(status(page)).not.toContainText('chosen');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(page.locator('.grid-title[aria-colindex="3"]'), 'the column where one is').toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'The chosen value and its column' })).toBeFocused();
});

test('a nested value unfolds, and its column tells how its values lie', async ({ page, open }) => {
  await open(asset(transactions, 'preview'));
  await explore(page);
  const about = page.getByRole('region', { name: 'The chosen value and its column' });
  await page.getByLabel('Column to filter by').selectOption({ label: 'merchant' });
  await page.getByLabel('What to ask of it').selectOption({ label: 'is not null' });
  await expect(status(page)).toContainText('pass the filter');
  await grid(page).focus();
  await page.keyboard.press('End');
  const place = await page.getByRole('columnheader', { name: 'merchant' }).getAttribute('aria-colindex');
  await page.locator(`.grid-row[aria-rowindex="2"] [aria-colindex="${place}"]`).click();
  await expect(about.getByRole('heading', { name: 'merchant' })).toBeVisible();
  await expect(about.locator('details[open] dt').first()).toBeVisible();
  await grid(page).focus();
  await page.keyboard.press('Home');
  const amount = await page.getByRole('columnheader', { name: 'amount' }).getAttribute('aria-colindex');
  await page.locator(`.grid-row[aria-rowindex="2"] [aria-colindex="${amount}"]`).click();
  await expect(about.getByRole('heading', { name: 'amount' })).toBeVisible();
  await expect(about.getByRole('img', { name: /values from/ })).toBeVisible();
  await expect(about).toContainText('Median');
});

test('every column stands in a line with how its values lie', async ({ page, open }) => {
  await open(asset(transactions, 'preview'));
  await explore(page);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(grid(page)).toBeHidden();
  const columns = page.getByRole('region', { name: 'Columns' });
  const channel = columns.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'channel' }) });
  await expect(channel).toContainText('string');
  await expect(channel.getByRole('img')).toBeVisible();
  await page.getByRole('button', { name: 'Rows', exact: true }).click();
  await expect(grid(page)).toBeVisible();
});

test('the open grid is well made', async ({ page, open }) => {
  await open(asset(transactions, 'preview'));
  await explore(page);
  const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = async () => (await new AxeBuilder({ page }).withTags(standards).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html]);
  expect(await found()).toEqual([]);
  await page.getByRole('button', { name: 'Columns', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Columns' }).getByRole('row').nth(3)).toBeVisible();
  expect(await found()).toEqual([]);
});
