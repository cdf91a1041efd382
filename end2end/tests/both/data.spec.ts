// What the data itself is like: its first rows, and the profile of its columns.
import { asset, pilotAccounts, transactions } from '../support/places';
import { expect, test } from '../support/test';

test('somebody looks at the first rows, and sees no personal data', async ({ page, open, settled }) => {
  await open(asset(pilotAccounts));
  await page.getByRole('navigation', { name: 'About this asset' }).getByRole('link', { name: 'Preview' }).click();
  await settled();
  const rows = page.getByRole('region', { name: 'First rows' });
  await expect(rows.getByRole('row')).toHaveCount(21);
  await expect(rows.getByRole('columnheader', { name: 'balance' })).toContainText('decimal(18,2)');
  await expect(rows).toContainText('null');
  await expect(page.getByText('columns hold personal data')).toContainText('email');
  await expect(rows.getByRole('columnheader', { name: 'email' })).toHaveCount(0);
  await expect(rows).not.toContainText('@');

  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /as a Parquet file/ }).click()]);
  expect(file.suggestedFilename()).toMatch(/^[a-z0-9-]+-sample\.parquet$/);
});

test('somebody reads how the values of a column lie', async ({ page, open, settled }) => {
  await open(asset(transactions));
  await page.getByRole('navigation', { name: 'About this asset' }).getByRole('link', { name: 'Profile' }).click();
  await settled();
  const columns = page.getByRole('region', { name: 'Profile of each column' });
  const channel = columns.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'channel' }) });
  await expect(channel).toContainText('11%');
  await expect(channel.getByRole('img', { name: /^Most frequent: pos 36%, app 19%/ })).toBeVisible();
  await expect(columns.getByRole('row').filter({ hasText: 'description' })).toContainText('values not shown');

  await columns.getByRole('link', { name: 'amount' }).click();
  await settled();
  const amount = page.getByRole('region', { name: 'Values of amount' });
  await expect(amount.getByRole('img', { name: /^60 k values from 0.68 to 15,353,000, most from / })).toBeVisible();
  await amount.getByText('As a table').first().click();
  await expect(amount.getByRole('region', { name: 'Values by range' }).getByRole('row')).toHaveCount(33);
  await expect(amount.getByText('How it has moved')).toBeVisible();
  await amount.getByRole('link', { name: 'What the column means' }).click();
  await settled();
  await expect(page.getByRole('region', { name: 'Column amount' }).getByRole('link', { name: /none missing/ })).toBeVisible();
});

test('somebody runs a source and sees how it went', async ({ page, open, settled }) => {
  await open('/sources');
  const runs = page.getByRole('region', { name: 'Runs of customer-360' }).getByRole('row');
  const before = await runs.count();
  await page.getByRole('button', { name: 'Run now customer-360' }).click();
  await settled();
  await expect(async () => {
    await page.reload();
    expect(await runs.count()).toBeGreaterThan(Math.min(before, 5));
  }).toPass();
  await expect(runs.nth(1)).toContainText('just now');
  await expect(runs.nth(1)).toContainText('nothing');
});
