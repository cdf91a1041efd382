// With scripts on, an edit leaves the reader where they are.
import { asset, customers } from '../support/places';
import { describedBy, expect, test } from '../support/test';

test('a successful edit keeps the scroll position, what is unfolded and the words in other forms', async ({ page, open }) => {
  await page.setViewportSize({ width: 1280, height: 400 });
  await open(asset(customers));
  const summary = (label: string) => page.locator('summary').filter({ hasText: `Edit ${label}` });
  await summary('Tags').click();
  await page.getByLabel('Tags').fill('core, half-typed');
  await summary('Glossary terms').click();
  const terms = page.getByLabel('Glossary terms');
  await terms.fill('Customer, Account');
  const save = page.locator('form').filter({ has: terms }).getByRole('button', { name: 'Save' });
  await save.scrollIntoViewIfNeeded();
  let loads = 0;
  page.on('load', () => (loads += 1));
  const top = await page.evaluate(() => window.scrollY);
  expect(top, 'the reader has scrolled').toBeGreaterThan(0);

  await save.click();
  await expect(page.locator('#terms')).toContainText('Account');
  await expect(terms, 'the form folds again').toBeHidden();
  await expect(summary('Glossary terms'), 'the focus is where it came from').toBeFocused();
  await expect(page.getByLabel('Tags'), 'another form stays open').toBeVisible();
  await expect(page.getByLabel('Tags')).toHaveValue('core, half-typed');
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - top), 'the page has not jumped').toBeLessThan(250);
  expect(loads, 'the page was not loaded anew').toBe(0);

  // The other form has learnt of the new revision, and does not call its own person faster.
  await page.locator('form').filter({ has: page.getByLabel('Tags') }).getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#tags')).toContainText('half-typed');
});

test('a new name shows in the heading and the title without a load', async ({ page, open }) => {
  await open(asset('postgres://core.guarani.example:5432;core.public.branches'));
  await page.locator('summary').filter({ hasText: 'Edit Name' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Bank branches');
  await page.getByLabel('Name', { exact: true }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bank branches');
  await expect(page).toHaveTitle(/^Bank branches/);
});

test('a refused edit takes the focus to what is wrong, without a load', async ({ page, open }) => {
  await open(asset(customers));
  await page.locator('summary').filter({ hasText: 'Edit Domain unit' }).click();
  const field = page.getByLabel('Domain unit');
  let loads = 0;
  page.on('load', () => (loads += 1));
  await field.fill('Department of Nowhere');
  await field.press('Enter');
  await expect(page.getByText("'Department of Nowhere'")).toBeVisible();
  expect(loads).toBe(0);
  await expect(field).toHaveValue('Department of Nowhere');
  const focused = page.locator(':focus');
  await expect(focused).toBeVisible();
  const told = `${await focused.textContent()} ${await describedBy(focused)}`;
  expect(told, 'whoever cannot see hears why').toContain('Department of Nowhere');
});

test('a server that has gone away is told of, and the words stay', async ({ page, open, problems }) => {
  await open(asset(customers));
  await page.locator('summary').filter({ hasText: 'Edit Name' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Kept while offline');
  await page.route('**/do/**', (route) => route.abort('connectionrefused'));
  problems.allow(/^request failed: POST .*ERR_CONNECTION_REFUSED/);
  problems.allow(/^console error: Failed to load resource: net::ERR_CONNECTION_REFUSED/);
  await page.getByLabel('Name', { exact: true }).press('Enter');
  await expect(page.getByText('Not saved: the server did not answer')).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Kept while offline');
});
