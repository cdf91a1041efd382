// One thing under two names: brought together, and parted again.
import { asset } from '../support/places';
import { expect, test } from '../support/test';

const kept = 'postgres://core.guarani.example:5432;core.public.branches';
const other = 'postgres://core.guarani.example:5432;core.public.customers';

test('two names become one asset, and two again', async ({ page, open, settled }) => {
  await open(asset(kept, 'source'));
  const names = page.locator('.rail');
  const field = page.getByLabel('URN of the other name');
  await page.locator('summary').filter({ hasText: 'Add another name' }).click();
  await field.fill('not a name at all');
  await page.getByRole('button', { name: 'They are one' }).click();
  await expect(page.getByRole('alert')).toContainText('Not saved');
  await settled();
  await expect(field).toBeVisible();
  await expect(field).toHaveValue('not a name at all');

  await field.fill(`urn:loggia:asset:${other}`);
  await page.getByRole('button', { name: 'They are one' }).click();
  await expect(names.getByRole('button', { name: 'They are two things' })).toBeVisible();
  await expect(page).toHaveURL(/tab=source/);
  await settled();

  // The other name leads here.
  await open(asset(other));
  await expect(page).toHaveURL(/core\.public\.branches/);

  await open(asset(kept, 'source'));
  await names.getByRole('button', { name: 'They are two things' }).click();
  await expect(names.getByRole('button', { name: 'They are two things' })).toHaveCount(0);
  await settled();
  await open(asset(other));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Customers');
});
