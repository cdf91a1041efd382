// The filter of columns without scripts: a form that is a link.
import { asset } from '../support/places';
import { wideTable } from '../support/wide';
import { expect, test } from '../support/test';

test('the form filters by words and by what is described, and one column opens without losing that', async ({ page, open, server }) => {
  const wide = await wideTable(server, 425);
  await open(wide.path('columns'));
  const rows = page.locator('table.columns tbody tr');
  const filter = page.getByRole('search', { name: 'Filter the columns' });
  await filter.getByLabel('Filter', { exact: true }).fill('C0031');
  await filter.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/filter=C0031/);
  await expect(rows).toHaveCount(10);
  await expect(page.getByText('10 of 425 columns')).toBeVisible();

  await filter.getByLabel('Only described').check();
  await filter.getByLabel('Filter', { exact: true }).fill('');
  await filter.getByRole('button', { name: 'Filter' }).click();
  await expect(rows).toHaveCount(4);
  await expect(filter.getByLabel('Only described')).toBeChecked();
  await expect(rows.last()).toContainText('Hundred 4 of the columns.');
  // A column opens without losing the filter behind it.
  await rows.last().getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'Column c00400' })).toBeVisible();
  await expect(rows).toHaveCount(4);
});

test('only columns with personal data are shown on demand', async ({ page, open }) => {
  await open(asset('postgres://core.guarani.example:5432;core.public.customers', 'columns'));
  const rows = page.locator('table.columns tbody tr');
  const all = await rows.count();
  const filter = page.getByRole('search', { name: 'Filter the columns' });
  await filter.getByLabel('Only personal data').check();
  await filter.getByRole('button', { name: 'Filter' }).click();
  await expect(page).toHaveURL(/column-tag=pii/);
  expect(await rows.count()).toBeLessThan(all);
  for (const row of await rows.all()) await expect(row).toContainText('pii');
});

test('what needs scripts is not there', async ({ page, open, server }) => {
  const wide = await wideTable(server, 425);
  await open(wide.path('columns'));
  await expect(page.getByLabel('Filter as you type')).toBeHidden();
});
