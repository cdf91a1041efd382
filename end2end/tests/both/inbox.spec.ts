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
    await page.getByRole('combobox', { name: 'Show' }).selectOption('Not read');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await settled();
    await expect(page.getByText('You have read everything.')).toBeVisible();
    await page.goto('/inbox');
  });

  await test.step('what is not for today comes again, and what is done does not', async () => {
    const happened = page.getByRole('region', { name: 'What happened' });
    const shown = async (which: string) => {
      await page.getByRole('combobox', { name: 'Show' }).selectOption(which);
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await settled();
    };
    const event = happened.getByRole('listitem').filter({ hasText: 'drops offer_code' }).first();
    const told = happened.getByText('drops offer_code');
    const before = await told.count();
    await event.getByText('Later', { exact: false }).first().click();
    await event.getByRole('button', { name: 'In a week' }).click();
    await settled();
    await expect(told).toHaveCount(before - 1);
    await shown('For later');
    await expect(event).toContainText('Comes again');
    await event.getByRole('button', { name: 'Take it up again' }).click();
    await settled();
    await shown('All that is open');
    await event.getByRole('button', { name: 'Done' }).click();
    await settled();
    await shown('Done');
    await expect(event).toBeVisible();
    await page.goto('/inbox');
  });

  await test.step('somebody stands in while one is away', async () => {
    const away = page.getByRole('region', { name: 'While you are away' });
    await away.getByText('I am going to be away').click();
    await away.getByLabel('Who stands in for you').fill('Ana Benítez');
    await away.getByLabel('From which day on you are back').fill('2020-01-01');
    await away.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(away).toContainText('Is not a day within a year from now.');
    await expect(away.getByLabel('Who stands in for you')).toHaveValue('Ana Benítez');
    const day = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    await away.getByLabel('From which day on you are back').fill(day);
    await away.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(away).toContainText('Ana Benítez stands in for you until');
    await away.getByRole('button', { name: 'I am back' }).click();
    await settled();
    await expect(away.getByText('I am going to be away')).toBeVisible();
  });

  await test.step('and it can be left', async () => {
    await open(asset(campaigns));
    await page.getByRole('button', { name: 'Following' }).click();
    await settled();
    await expect(page.getByRole('button', { name: 'Follow', exact: true })).toBeVisible();
  });
});
