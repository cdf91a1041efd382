// What somebody types is kept while they type it: a closed window loses nothing.
import { people, signIn } from '../support/people';
import { asset, churnPredictions } from '../support/places';
import { whole } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('words that were not saved are there again, for whoever typed them', async ({ page, server, open, settled }) => {
  await server.loggia('apply', whole);
  await signIn(page, 'Ana Benítez');
  const about = page.locator('section[aria-labelledby=about]');
  await open(asset(campaigns));
  await about.getByText('Edit', { exact: false }).first().click();
  const kept = page.waitForResponse((response) => response.url().includes('keep_unsaved'));
  await about.getByLabel('Description (Markdown)').fill('Half a sentence about');
  await (await kept).finished();
  await open(asset(campaigns));
  await expect(about.getByLabel('Description (Markdown)')).toHaveValue('Half a sentence about');
  await expect(about).toContainText('You typed this and did not save it');
  await expect(about.locator('#description')).not.toContainText('Half a sentence');
  await test.step('also where the page is left while one types', async () => {
    await about.getByLabel('Description (Markdown)').fill('Half a sentence about offers');
    await page.goto('/');
    await expect(async () => {
      await open(asset(campaigns));
      await expect(about.getByLabel('Description (Markdown)')).toHaveValue('Half a sentence about offers', { timeout: 500 });
    }).toPass();
  });
  await test.step('it can be forgotten', async () => {
    await about.getByRole('button', { name: 'Forget it' }).click();
    await settled();
    await expect(about).not.toContainText('You typed this');
  });
  await test.step('and what is saved is not kept any more', async () => {
    await about.getByText('Edit', { exact: false }).first().click();
    const again = page.waitForResponse((response) => response.url().includes('keep_unsaved'));
    await about.getByLabel('Description (Markdown)').fill('A whole sentence.');
    await (await again).finished();
    await about.getByRole('button', { name: 'Save' }).click();
    await expect(about.locator('#description')).toContainText('A whole sentence.');
    await open(asset(campaigns));
    await expect(about).not.toContainText('You typed this');
  });
});

test('words that were kept are saved after all, and none that others wrote meanwhile is lost', async ({ page, browser, server, open, settled }) => {
  await signIn(page, 'Ana Benítez');
  await open(asset(churnPredictions));
  const about = page.locator('section[aria-labelledby=about]');
  await about.locator('summary').filter({ hasText: 'Description' }).click();
  const kept = page.waitForResponse((response) => response.url().includes('keep_unsaved'));
  await about.getByLabel('Description (Markdown)').fill('What Ana wrote.');
  await (await kept).finished();
  await page.locator('summary').filter({ hasText: 'Edit Tags' }).click();
  await page.getByLabel('Tags', { exact: true }).fill('of-ana');

  const others = await browser.newContext({ baseURL: server.url });
  const joaquin = await others.newPage();
  await signIn(joaquin, 'Joaquín Villalba');
  const write = async (summary: string, label: string, words: string, place: string) => {
    await joaquin.goto(asset(churnPredictions));
    await joaquin.locator('summary').filter({ hasText: summary }).first().click();
    const field = joaquin.getByLabel(label, { exact: true });
    await field.fill(words);
    await joaquin.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
    await expect(joaquin.locator(place)).toContainText(words);
  };
  await write('Edit Description', 'Description (Markdown)', 'What Joaquín wrote.', '#description');
  await write('Edit Tags', 'Tags', 'of-joaquin', '#tags');
  await others.close();

  const save = about.locator('form').filter({ has: page.getByLabel('Description (Markdown)') }).getByRole('button', { name: 'Save' });
  await test.step('the first time, they are told who was faster; the second, it is theirs', async () => {
    await save.click();
    await expect(about.getByText(/Not saved: .* changed this at/)).toBeVisible();
    await settled();
    await expect(about.locator('#description')).toContainText('What Joaquín wrote.');
    await save.click();
    await expect(about.locator('#description')).toContainText('What Ana wrote.');
  });
  await test.step('what was saved says nothing of another field, in which others wrote, too', async () => {
    const tags = page.getByLabel('Tags', { exact: true });
    await page.locator('form').filter({ has: tags }).getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText(/Not saved: .* changed this at/)).toBeVisible();
    await expect(page.locator('#tags')).toContainText('of-joaquin');
  });
});
