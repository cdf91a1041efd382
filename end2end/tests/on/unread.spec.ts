// The count in the header follows what happens, in every tab, by one stream.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { whole, without } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('what happens is counted in all tabs at once, by one stream a browser', async ({ context, page, server, open, settled }) => {
  const streams = new Set<object>();
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/events') streams.add(request);
  });
  for (const ended of ['requestfailed', 'requestfinished'] as const) context.on(ended, (request) => streams.delete(request));
  await server.loggia('apply', whole);
  await signIn(page, 'Joaquín Villalba');
  await open(asset(campaigns));
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Following' })).toBeVisible();
  await page.goto('/inbox');
  const all = page.getByRole('button', { name: 'Mark all as read' });
  if (await all.isVisible()) await all.click();
  await settled();
  const other = await context.newPage();
  await other.goto('/');
  const inboxes = [page, other].map((tab) => tab.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' }));
  for (const inbox of inboxes) await expect(inbox).not.toContainText('not read');
  // Whoever only passes through a page opens none.
  await page.waitForTimeout(2500);
  await expect.poll(() => streams.size).toBe(1);

  await server.loggia('apply', without(server.folder, campaigns, 'offer_code'));

  for (const inbox of inboxes) await expect(inbox).toContainText('1 not read');
  expect(streams.size).toBe(1);

  await test.step('what is read in one is counted in none', async () => {
    await other.goto('/inbox');
    await other.getByRole('button', { name: 'Mark all as read' }).click();
    for (const inbox of inboxes) await expect(inbox).not.toContainText('not read');
  });
  await test.step('where the tab that listens is closed, another does', async () => {
    streams.clear();
    await page.close();
    await expect.poll(() => streams.size).toBe(1);
    await server.loggia('apply', whole);
    await expect(inboxes[1]).toContainText('1 not read');
    await other.close();
  });
});
