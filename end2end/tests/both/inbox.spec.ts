// What somebody follows tells them when it changes: a column that others build on goes, and they read it in their inbox.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

/** The table as the demo's catalog has it, without its column of offers. */
function without(folder: string): string {
  const catalog = process.env.LOGGIA_DEMO_CATALOG ?? '';
  const documents = readFileSync(join(catalog, 'assets/customer-analytics.yaml'), 'utf8').split(/^---$/m);
  const table = documents.find((document) => document.includes(`urn:loggia:asset:${campaigns}\nkind`)) ?? '';
  const less = table.replace(/^ {4}offer_code:\n(?: {6}.*\n)+/m, '');
  expect(less.length).toBeLessThan(table.length);
  const file = join(folder, 'less.yaml');
  writeFileSync(file, less);
  return file;
}

test('a breaking change of columns is told to a follower', async ({ page, server, open, settled }) => {
  await signIn(page, 'Joaquín Villalba');
  const header = page.getByRole('navigation', { name: 'Main' });
  await test.step('following is a button', async () => {
    await open(asset(campaigns));
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await settled();
    await expect(page.getByRole('button', { name: 'Following' })).toHaveAttribute('aria-pressed', 'true');
  });

  await server.loggia('apply', without(server.folder));

  await test.step('the header counts it, and the inbox says what breaks', async () => {
    await expect(async () => {
      await page.goto('/');
      await expect(header.getByRole('link', { name: 'Inbox' })).toContainText('not read', { timeout: 200 });
    }).toPass();
    await header.getByRole('link', { name: 'Inbox' }).click();
    await settled();
    const event = page.getByRole('listitem').filter({ hasText: 'drops offer_code' });
    await expect(event).toContainText('Breaks readers');
    await expect(event).toContainText('Someone at this machine');
    await expect(page.getByRole('region', { name: 'What you follow' })).toContainText('Retention campaigns');
  });

  await test.step('what has been read is counted no more', async () => {
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await settled();
    await expect(header.getByRole('link', { name: 'Inbox' })).not.toContainText('not read');
    await expect(page.getByRole('listitem').filter({ hasText: 'drops offer_code' })).toBeVisible();
    await page.getByRole('link', { name: 'Only what is not read' }).click();
    await settled();
    await expect(page.getByText('You have read everything.')).toBeVisible();
  });

  await test.step('and it can be left', async () => {
    await open(asset(campaigns));
    await page.getByRole('button', { name: 'Following' }).click();
    await settled();
    await expect(page.getByRole('button', { name: 'Follow', exact: true })).toBeVisible();
  });
});
