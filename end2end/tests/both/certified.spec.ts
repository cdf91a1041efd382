// A steward stands for a table; whoever looks for it sees that, until its columns break.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { whole, without } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('a certification is given, found, and lapses with its columns', async ({ page, server, open, settled }) => {
  await server.loggia('apply', whole);
  await signIn(page, 'Ana Benítez');
  await test.step('with a level, a reason and an end', async () => {
    await open(asset(campaigns) + '?tab=listing');
    await page.getByText('Certify it', { exact: true }).first().click();
    await page.getByLabel('Level').selectOption('Gold');
    await page.getByLabel('Why').fill('Compared with the campaign tool for a month.');
    await page.getByLabel('Until').fill('2020-01-01');
    await page.getByRole('button', { name: 'Certify it' }).click();
    await settled();
    await expect(page.getByText('over already')).toBeVisible();
    await expect(page.getByLabel('Why'), 'what was typed stays').toHaveValue('Compared with the campaign tool for a month.');
    await page.getByLabel('Until').fill('2035-12-31');
    await page.getByRole('button', { name: 'Certify it' }).click();
    await settled();
    const section = page.getByRole('region', { name: 'Certification' });
    await expect(section).toContainText('Certified: Gold by Ana Benítez');
    await expect(section).toContainText('It holds until 2035-12-31');
  });
  await test.step('whoever searches sees it', async () => {
    await page.goto('/search?q=retention+campaigns');
    await settled();
    await expect(page.getByRole('listitem').filter({ hasText: 'Retention campaigns' }).first()).toContainText('Certified: Gold');
  });

  await server.loggia('apply', without(server.folder, campaigns, 'offer_code'));

  await test.step('it holds no more when a column is gone', async () => {
    await open(asset(campaigns) + '?tab=listing');
    await expect(page.getByRole('region', { name: 'Certification' })).toContainText('it holds no more');
    await expect(page.locator('#trust')).toContainText('Lapsed: Gold');
    await page.getByRole('button', { name: 'Take the certification back' }).click();
    await settled();
    await expect(page.getByText('Nobody stands for it yet')).toBeVisible();
  });
});
