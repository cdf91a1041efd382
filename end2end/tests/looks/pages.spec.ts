// Every page, in light, in dark and on a phone: what assistive technology meets, and what a narrow screen does.
import { errors, pages } from '../support/places';
import { expect, test } from '../support/test';
import { isWellMade } from '../support/wellMade';

for (const [name, path] of pages) {
  test(`${name} is well made`, async ({ page, open }) => {
    await open(path);
    await isWellMade(page);
  });
}

for (const [name, path, status] of errors) {
  test(`${name} is well made too`, async ({ page, open, problems }) => {
    problems.allowStatus(status);
    await open(path);
    await isWellMade(page);
  });
}

test('an asset with every form open, and a refused one, is well made', async ({ page, open }) => {
  await open(pages.find(([name]) => name === 'asset')?.[1] ?? '/');
  for (const summary of await page.locator('details.edit > summary').all()) await summary.click();
  await page.getByLabel('Owners').fill('Nobody Known');
  await page.getByLabel('Owners').press('Enter');
  await expect(page.getByText("'Nobody Known'")).toBeVisible();
  await isWellMade(page);
});

test('a refused form of a page of its own is well made', async ({ page, open, settled }) => {
  await open('/new/term');
  await page.getByLabel('Name', { exact: true }).fill('Half a term');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await settled();
  await isWellMade(page);
});

test('the search box and the way to everything are there on every page', async ({ page, open }) => {
  const main = page.getByRole('navigation', { name: 'Main', exact: true });
  for (const [, path] of pages) {
    await open(path);
    await expect(page.getByRole('banner').getByRole('searchbox')).toBeVisible();
    for (const way of ['Browse', 'Glossary', 'Products']) {
      await expect(main.getByRole('link', { name: way })).toBeVisible();
    }
  }
});
