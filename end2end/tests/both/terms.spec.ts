// The words of the business: made, renamed, found by their synonyms, merged, and taken back.
import { type Page } from '@playwright/test';
import { expect, test } from '../support/test';

const heading = (page: Page) => page.getByRole('heading', { level: 1 });

async function fill(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, words] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(words);
  await page.getByRole('button', { name: 'Save' }).click();
}

async function search(page: Page, words: string): Promise<void> {
  const box = page.getByRole('banner').getByRole('searchbox');
  await box.fill(words);
  await box.press('Enter');
  await page.waitForURL(/\/search\?/);
}

test('a term is made, renamed, found by its synonym, merged into another and parted again', async ({ page, open, settled }) => {
  await test.step('make it, from its glossary', async () => {
    await open('/glossary/banking');
    await page.getByRole('link', { name: 'New term' }).click();
    await settled();
    await expect(page.getByLabel('Glossary', { exact: true })).toHaveValue('Banking');
    await fill(page, {
      Name: 'Período de cosecha',
      'Definition (Markdown)': 'The months in which **soy** is harvested.',
      'Also called': 'zafra, harvest months',
      'Broader term': 'Party',
      Owners: 'Lucía Ayala',
    });
    await expect(heading(page)).toContainText('Período de cosecha');
    await settled();
    await expect(page.locator('.definition strong')).toHaveText('soy');
    await expect(page.getByText('Also called:')).toContainText('zafra');
    await expect(page.getByRole('region', { name: 'Neighbouring terms' })).toContainText('Party');
    await expect(page.locator('.source').first()).toContainText('Written by Someone at this machine');
  });
  const own = new URL(page.url()).pathname;

  await test.step('rename it', async () => {
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await settled();
    await expect(page.getByLabel('Also called', { exact: true })).toHaveValue(/zafra/);
    await fill(page, { Name: 'Harvest season' });
    await expect(heading(page)).toContainText('Harvest season');
    expect(new URL(page.url()).pathname, 'links to it still hold').toBe(own);
    await settled();
    await expect(page.getByText('Also called:')).toContainText('zafra');
  });

  await test.step('find it by its synonym, with or without its accents', async () => {
    await search(page, 'ZAFRA');
    await settled();
    await expect(page.locator('.results .result').first().getByRole('link')).toHaveText('Harvest season');
    await page.locator('.results .result').first().getByRole('link').click();
    await settled();
  });

  await test.step('a merge into what nobody knows is refused, and keeps the word', async () => {
    await page.locator('summary').filter({ hasText: 'Merge into another' }).click();
    const into = page.getByLabel('Becomes part of');
    await into.fill('Nothing Known');
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await expect(page.getByText("'Nothing Known'")).toBeVisible();
    await settled();
    await expect(into).toHaveValue('Nothing Known');
    await expect(into).toBeVisible();
  });

  await test.step('merge it, and see it lead on', async () => {
    await page.getByLabel('Becomes part of').fill('Account');
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await expect(page.locator('.note').getByRole('link', { name: 'Account', exact: true })).toBeVisible();
    await settled();
    await search(page, 'zafra');
    await settled();
    // Whoever searches with its word arrives at what it has become.
    await expect.soft(page.locator('.results .result').getByRole('link', { name: 'Account', exact: true }).first()).toBeVisible();
  });

  await test.step('undo the merge in its history', async () => {
    await open(own);
    await page.getByRole('link', { name: 'History' }).click();
    await settled();
    await expect(page.locator('.revision').first()).toContainText('merged into another');
    await page.getByRole('button', { name: 'Undo my last change' }).click();
    await expect(page.locator('.revision').first()).toContainText('undid revision');
    await settled();
    await open(own);
    await expect(page.getByText('This is part of')).toHaveCount(0);
    await expect(heading(page)).toContainText('Harvest season');
  });
});

for (const { kind, path, label, word } of [
  { kind: 'domain unit', path: '/new/domain-unit', label: 'Description (Markdown)', word: 'Deprecated' },
  { kind: 'data product', path: '/new/data-product', label: 'Description (Markdown)', word: 'Deprecated' },
  { kind: 'term', path: '/new/term', label: 'Definition (Markdown)', word: 'Deprecated' },
]) {
  test(`a ${kind} is made, deprecated and used again`, async ({ page, open, settled }) => {
    await open(path);
    const name = `Yerba mate ${kind}`;
    const more: Record<string, string> = kind === 'term' ? { Glossary: 'Banking' } : { Owners: 'Ana Benítez' };
    await fill(page, { Name: name, [label]: 'Everything about *yerba mate*.', ...more });
    await expect(heading(page)).toContainText(name);
    await settled();
    await expect(page.locator('.prose em')).toHaveText('yerba mate');

    await page.getByRole('button', { name: 'Deprecate' }).click();
    await expect(heading(page).locator('.badge')).toHaveText(word);
    await settled();
    await search(page, name);
    await settled();
    const hit = page.locator('.results .result').filter({ has: page.getByRole('link', { name }) });
    await expect(hit.locator('.badge')).toHaveText('Deprecated');
    await hit.getByRole('link', { name }).click();
    await settled();
    await page.getByRole('button', { name: 'Use it again' }).click();
    await expect(page.getByRole('button', { name: 'Deprecate' })).toBeVisible();
    await expect(heading(page)).not.toContainText('Deprecated');
  });
}
