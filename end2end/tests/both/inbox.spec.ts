// What somebody follows tells them when it changes: a column that others build on goes, and they read it in their inbox.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { whole, without } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('a breaking change of columns is told to a follower', async ({ page, server, open, settled }) => {
  await server.loggia('apply', whole);
  await signIn(page, 'Joaquín Villalba');
  const header = page.getByRole('navigation', { name: 'Main' });
  await test.step('following is a button', async () => {
    await open(asset(campaigns));
    await page.getByRole('button', { name: 'Follow', exact: true }).click();
    await settled();
    await expect(page.getByRole('button', { name: 'Following' })).toHaveAttribute('aria-pressed', 'true');
  });

  await server.loggia('apply', without(server.folder, campaigns, 'offer_code'));

  await test.step('the header counts it, and the inbox says what breaks', async () => {
    await expect(async () => {
      await page.goto('/');
      await expect(header.getByRole('link', { name: 'Inbox' })).toContainText('not read', { timeout: 200 });
    }).toPass();
    await header.getByRole('link', { name: 'Inbox' }).click();
    await settled();
    const event = page.getByRole('listitem').filter({ hasText: 'drops offer_code' }).first();
    await expect(event).toContainText('Breaks readers');
    await expect(event).toContainText('Someone at this machine');
    await expect(page.getByRole('region', { name: 'What you follow' })).toContainText('Retention campaigns');
  });

  await test.step('of one kind alone, where one chooses it', async () => {
    const happened = page.getByRole('region', { name: 'What happened' });
    await page.getByLabel('Kind').selectOption('Retired');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await settled();
    await expect(happened.getByText('Nothing of this kind: Retired.')).toBeVisible();
    await page.getByLabel('Kind').selectOption('Breaks readers');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await settled();
    await expect(happened.getByText('drops offer_code').first()).toBeVisible();
    await page.goto('/inbox');
  });

  await test.step('what has been read is counted no more', async () => {
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await settled();
    await expect(header.getByRole('link', { name: 'Inbox' })).not.toContainText('not read');
    await expect(page.getByRole('listitem').filter({ hasText: 'drops offer_code' }).first()).toBeVisible();
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
