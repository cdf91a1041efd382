// Tables of many columns: the server's pages of 200, and what can be said of one column.
import { asset, pilotAccounts } from '../support/places';
import { wideTable } from '../support/wide';
import { expect, test } from '../support/test';

test('the columns of a wide table come in pages of 200', async ({ page, open, settled, server }) => {
  const wide = await wideTable(server, 425);
  await open(wide.path());
  await page.getByRole('navigation', { name: 'About this asset' }).getByRole('link', { name: /^Columns/ }).click();
  await settled();
  const rows = page.locator('table.columns tbody tr');
  await expect(rows).toHaveCount(200);
  const counts = page.getByText('425 columns', { exact: true });
  await expect(counts.filter({ visible: true }), 'one filter is shown, with the count').toHaveCount(1);

  await page.getByRole('link', { name: 'Next' }).click();
  await settled();
  await expect(rows.first()).toContainText('c00201');
  await page.getByRole('link', { name: 'Next' }).click();
  await settled();
  await expect(rows).toHaveCount(25);
  await expect(page.getByText('Page 3 of 3')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Next' })).toHaveCount(0);
});

test('a column is described in its own place, with who said so', async ({ page, open, settled }) => {
  await open(asset(pilotAccounts, 'columns&column=balance'));
  const about = page.getByRole('region', { name: 'Column balance' });
  await about.locator('summary').filter({ hasText: 'Description' }).click();
  const field = page.getByLabel('Description (Markdown)');
  await field.fill('What is in the account, in *its own* currency.');
  await about.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('#column-description em')).toHaveText('its own');
  await settled();
  await expect(page.locator('#column-description')).toContainText('Written by Someone at this machine');
  await expect(page).toHaveURL(/column=balance/);
});

test('a filter is a link that can be sent', async ({ page, open, server }) => {
  const wide = await wideTable(server, 425);
  await open(wide.path('columns&filter=C0031'));
  await expect(page.locator('table.columns tbody tr')).toHaveCount(10);
  await expect(page.getByText('10 of 425 columns').filter({ visible: true })).toHaveCount(1);
});
