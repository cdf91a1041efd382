// What the keyboard can do without scripts too.
import { expect, test } from '../support/test';

test('the first Tab is a way past the header, and leads into the content', async ({ page, open }) => {
  await open('/search?q=customer');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  const inMain = await page.getByRole('main').evaluate((main) => main.contains(document.activeElement));
  expect(inMain).toBe(true);
});

test('the fields of a form are reached in their order, and Enter sends it', async ({ page, open }) => {
  await open('/new/domain-unit');
  await page.getByLabel('Name', { exact: true }).focus();
  const labels = [
    'Description (Markdown)',
    'Above it',
    'Roles of above reach it',
    'Owners',
    'Responsible',
    'Consulted',
    'Informed',
  ];
  for (const label of labels) {
    await page.keyboard.press('Tab');
    await expect(page.getByLabel(label, { exact: true })).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Save' })).toBeFocused();
  await page.getByLabel('Name', { exact: true }).fill('Unit of the keyboard');
  await page.getByLabel('Name', { exact: true }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Unit of the keyboard');
});
