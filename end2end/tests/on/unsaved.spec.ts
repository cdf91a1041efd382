// What somebody types is kept while they type it: a closed window loses nothing.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
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
