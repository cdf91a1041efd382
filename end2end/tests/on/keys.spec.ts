// The keyboard alone.
import { asset, customers } from '../support/places';
import { expect, test } from '../support/test';

test('/ goes to the search box from anywhere, j and k walk the results, Enter opens', async ({ page, open, settled }) => {
  await open('/glossary/banking');
  await page.keyboard.press('/');
  const box = page.getByRole('banner').getByRole('searchbox');
  await expect(box).toBeFocused();
  await expect(box, 'the key itself is not typed').toHaveValue('');
  await page.keyboard.type('customer / churn');
  await expect(box, 'in a field it is a letter').toHaveValue('customer / churn');
  await box.fill('customer churn');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search/);
  await settled();

  const names = page.locator('.result-name a');
  await page.keyboard.press('j');
  await expect(names.nth(0)).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(names.nth(2)).toBeFocused();
  await page.keyboard.press('k');
  await expect(names.nth(1)).toBeFocused();
  const name = await names.nth(1).textContent();
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('k');
  await expect(names.nth(0), 'the first is the end').toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await settled();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name ?? '');
});

test('with a modifier, or while one writes, the keys are not ours', async ({ page, open }) => {
  await open('/new/term');
  const name = page.getByLabel('Name', { exact: true });
  await name.focus();
  await page.keyboard.type('j/k');
  await expect(name).toHaveValue('j/k');
  await page.getByLabel('Status').focus();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Status')).toBeFocused();
});

test('an asset is described with the keyboard alone', async ({ page, open }) => {
  await open(asset(customers));
  const summary = page.locator('summary').filter({ hasText: 'Edit Description' });
  for (let step = 0; step < 60 && !(await summary.evaluate((it) => it === document.activeElement)); step += 1) {
    await page.keyboard.press('Tab');
  }
  await expect(summary, 'Tab arrives there').toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const field = page.getByLabel('Description (Markdown)');
  await expect(field).toBeFocused();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Typed without a mouse.');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('#description')).toContainText('Typed without a mouse.');
  await expect(summary).toBeFocused();
});
