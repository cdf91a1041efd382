// A look at Markdown before it is saved, and documents beside the description.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { whole } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('Markdown is seen before it is saved, and documents lead elsewhere', async ({ page, server, open, settled }) => {
  await server.loggia('apply', whole);
  await signIn(page, 'Ana Benítez');
  await open(asset(campaigns));
  const about = page.locator('section[aria-labelledby=about]');
  await test.step('nothing is saved by looking', async () => {
    await about.getByText('Edit', { exact: false }).first().click();
    await about.getByLabel('Description (Markdown)').fill('One row an **offer**.\n\n<script>alert(1)</script>');
    await about.getByRole('button', { name: 'Preview' }).click();
    await settled();
    const preview = about.getByRole('region', { name: 'Preview' });
    await expect(preview.locator('strong')).toHaveText('offer');
    await expect(preview.locator('script')).toHaveCount(0);
    await expect(about.getByLabel('Description (Markdown)')).toHaveValue(/One row an \*\*offer\*\*/);
    await expect(about.locator('#description')).not.toContainText('One row an offer');
  });
  await test.step('then it is', async () => {
    await about.getByLabel('Description (Markdown)').fill('One row an **offer**.');
    await about.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(about.locator('#description strong')).toHaveText('offer');
  });
  await test.step('documents', async () => {
    const section = page.locator('.rail section').filter({ has: page.getByRole('heading', { name: 'Documents and links' }) });
    await section.getByText('Edit', { exact: false }).first().click();
    await section.getByLabel('Documents and links').fill('The design javascript:alert(1)');
    await section.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(section).toContainText('does not end with the address of a page');
    await section.getByLabel('Documents and links').fill('The design https://wiki.guarani.example/offers');
    await section.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(section.getByRole('link', { name: 'The design' })).toHaveAttribute('href', 'https://wiki.guarani.example/offers');
  });
});
