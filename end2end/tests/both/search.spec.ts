// Search beyond the story: words that are spelled otherwise, sorting, pages, and choices taken back.
import { expect, test } from '../support/test';

test('accents, plurals, technical names and a slip of the pen find what was meant', async ({ page, open }) => {
  for (const [query, name] of [
    ['cedula', 'National identity number'],
    ['customers', 'Customers'],
    ['churn_predictions', 'Customer churn predictions'],
    ['core.public.customers', 'Customers'],
    ['custmer chrn', 'Customer churn'],
    ['cliente', 'Customer'],
  ]) {
    await open(`/search?q=${encodeURIComponent(query)}`);
    const top = page.locator('.results .result:nth-child(-n+3) .result-name a');
    expect.soft(await top.allTextContents(), query).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^${name}`, 'i'))]));
  }
});

test('results are sorted, paged and widened again, and the address says all of it', async ({ page, open, settled }) => {
  const heading = page.getByRole('heading', { level: 1 });
  await open('/search');
  const all = await heading.textContent();
  await page.getByRole('navigation', { name: 'Sort by' }).getByRole('link', { name: 'Name' }).click();
  await settled();
  await expect(page).toHaveURL(/sort=name/);
  const names = page.locator('.result-name a');
  const first = await names.allTextContents();
  expect(first).toEqual([...first].sort((one, other) => one.localeCompare(other, 'en', { sensitivity: 'base' })));

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Next' }).click();
  await settled();
  await expect(page).toHaveURL(/sort=name.*page=2/);
  expect(first).not.toContain(await names.first().textContent());

  for (const [facet, value] of [['Kind', 'Table'], ['Domain', 'Banco Guaraní']]) {
    await page.getByRole('region', { name: facet, exact: true }).getByRole('link', { name: value }).first().click();
    await settled();
    await expect(page, 'choosing begins at the first page').not.toHaveURL(/page=2/);
    await expect(page).toHaveURL(/sort=name/);
  }
  const chosen = page.getByRole('list', { name: 'Chosen' });
  const narrow = await heading.textContent();
  await chosen.getByRole('link', { name: 'Kind: Table' }).click();
  await settled();
  await expect(heading).not.toHaveText(narrow ?? '');
  await expect(page.getByRole('region', { name: 'Kind', exact: true }).locator('[aria-current]')).toHaveCount(0);
  await chosen.getByRole('link', { name: 'Domain: Banco Guaraní' }).click();
  await settled();
  await expect(heading).toHaveText(all ?? '');
});

test('what finds nothing says what helps', async ({ page, open, settled }) => {
  await open('/search?q=zzqqxxkkww&kind=table');
  await expect(page.getByRole('main')).toContainText('Nothing was found');
  await page.getByRole('link', { name: 'Look everywhere' }).click();
  await settled();
  await expect(page).not.toHaveURL(/kind=/);
  await page.getByRole('main').getByRole('link', { name: 'Look the word up in the glossary' }).click();
  await settled();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Glossary');
});
