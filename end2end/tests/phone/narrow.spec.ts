// What a narrow screen folds away is still there.
import { asset, customers } from '../support/places';
import { expect, test } from '../support/test';

test('the facets unfold, narrow, and leave the results in sight', async ({ page, open, settled }) => {
  await open('/search?q=customer');
  const kind = page.getByRole('region', { name: 'Kind', exact: true }).getByRole('link', { name: 'Table' });
  await expect(kind, 'results come first').toBeHidden();
  await expect(page.locator('.results .result').first()).toBeInViewport();
  await page.locator('summary').filter({ hasText: 'Narrow' }).tap();
  await kind.tap();
  await page.waitForURL(/kind=table/);
  await settled();
  await expect(page.getByRole('list', { name: 'Chosen' })).toContainText('Kind: Table');
});

test('a table of columns scrolls in itself, or stacks', async ({ page, open }) => {
  await open(asset(customers, 'columns'));
  await expect(page.locator('table.columns tbody tr').first()).toBeVisible();
  const scrolled = await page.evaluate(() => {
    window.scrollBy(500, 0);
    return window.scrollX;
  });
  expect(scrolled).toBe(0);
});

test('an asset is edited on a phone', async ({ page, open }) => {
  await open(asset(customers));
  await page.locator('summary').filter({ hasText: 'Edit Tags' }).tap();
  await page.getByLabel('Tags').fill('core, pii, on-the-phone');
  await page.locator('form').filter({ has: page.getByLabel('Tags') }).getByRole('button', { name: 'Save' }).tap();
  await expect(page.locator('#tags')).toContainText('on-the-phone');
});
