// Helping without rights: a question that is answered and stands on the page, a proposal that is accepted from the inbox.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, signIn } from '../support/people';
import { asset, churnPredictions } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('a reader proposes better words, and the owner accepts them from the inbox', async ({
  page,
  browser,
  server,
  open,
  settled,
  scriptsOn,
}) => {
  const words = `Code of the offer that was made, empty for the control group (${scriptsOn ? 'on' : 'off'}).`;
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const joaquin = await other.newPage();
  await signIn(joaquin, 'Joaquín Villalba');

  await signIn(page, 'Valeria Ortiz');
  await test.step('who may not edit can propose', async () => {
    await open(asset(churnPredictions, 'columns&column=retention_offer'));
    await page.locator('summary').filter({ hasText: 'Propose Description' }).click();
    await page.getByLabel('Description (Markdown)').fill('Code of the offer that was made, if any.');
    await page.getByRole('button', { name: 'Propose' }).first().click();
    await settled();
    await expect(page.getByText('is what it says already')).toBeVisible();
    await page.getByLabel('Description (Markdown)').fill(words);
    await page.getByLabel('Why').first().fill('It reads as if something were missing.');
    await page.getByRole('button', { name: 'Propose' }).first().click();
    await settled();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Proposal: description about Customer churn predictions');
    await expect(page.locator('ins')).toContainText(words);
    await expect(page.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  });

  await test.step('the owner finds it in the inbox, and accepts it there', async () => {
    await joaquin.goto('/');
    await joaquin.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' }).click();
    const line = joaquin.getByRole('listitem').filter({ hasText: words });
    await expect(line).toContainText('Valeria Ortiz');
    await line.getByRole('checkbox').check();
    await joaquin.getByLabel('A word to who proposed them').fill('Thank you.');
    await joaquin.getByRole('button', { name: 'Accept the chosen' }).click();
    await expect(joaquin.getByRole('listitem').filter({ hasText: words })).toHaveCount(0);
  });

  await test.step('who proposed it is told', async () => {
    await open('/inbox');
    const own = page.getByRole('listitem').filter({ hasText: words });
    await expect(own).toContainText('Accepted');
    await own.getByRole('link', { name: 'Proposal: description' }).click();
    await settled();
    await expect(page.getByRole('main')).toContainText('Thank you.');
  });
  await joaquin.goto(asset(churnPredictions, 'columns&column=retention_offer'));
  await expect(joaquin.locator('#column-description')).toContainText(words);
  await other.close();
});

test('a question is answered, and the answer stands on the page', async ({ page, browser, server, open, settled, scriptsOn }) => {
  const question = `Is a customer without an account scored (${scriptsOn ? 'on' : 'off'})?`;
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const joaquin = await other.newPage();
  await signIn(joaquin, 'Joaquín Villalba');

  await signIn(page, 'Valeria Ortiz');
  await open(asset(churnPredictions, 'discussion'));
  await page.locator('summary').filter({ hasText: 'Ask, tell of a problem, or comment' }).click();
  await page.getByRole('button', { name: 'Say it' }).click();
  await settled();
  await expect(page.getByText('Is empty: say something.')).toBeVisible();
  await page.getByLabel('Your words (Markdown)').first().fill(question);
  await page.getByRole('button', { name: 'Say it' }).click();
  await settled();
  const thread = page.getByRole('article').filter({ hasText: question }).last();
  await expect(thread).toContainText('Open');

  await joaquin.goto('/inbox');
  const line = joaquin.getByRole('listitem').filter({ hasText: question });
  await line.getByRole('link', { name: 'Question' }).click();
  await joaquin.locator('summary').filter({ hasText: 'Reply' }).click();
  await joaquin.getByLabel('Your reply (Markdown)').fill('No: a score needs **one account** at least. <script>alert(1)</script>');
  await joaquin.getByRole('button', { name: 'Reply' }).click();
  await expect(joaquin.getByRole('list', { name: 'Replies' })).toContainText('a score needs one account at least.');

  await page.reload();
  await thread.getByRole('button', { name: 'This answers it' }).click();
  await settled();
  await open(asset(churnPredictions));
  const standing = page.getByRole('region', { name: 'Asked and answered' });
  await expect(standing).toContainText(question);
  await expect(standing).toContainText('a score needs one account at least.');
  await other.close();
});

test('a question is answered from the list, and whoever may not see it is not told', async ({
  page,
  browser,
  server,
  open,
  settled,
  scriptsOn,
}) => {
  const question = `How old is a score at most (${scriptsOn ? 'on' : 'off'})? @noelia.franco may know.`;
  await signIn(page, 'Valeria Ortiz');
  await open(asset(churnPredictions, 'discussion'));
  await page.locator('summary').filter({ hasText: 'Ask, tell of a problem, or comment' }).click();
  await page.getByLabel('Your words (Markdown)').first().fill(question);
  await page.getByRole('button', { name: 'Say it' }).click();
  await settled();
  const thread = page.getByRole('article').filter({ hasText: question }).last();
  await expect(thread).toContainText('Who is named by @ is told of this, where they may read what it is about.');

  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const joaquin = await other.newPage();
  await signIn(joaquin, 'Joaquín Villalba');
  await expect(joaquin.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Inbox' })).toContainText('to do');
  await joaquin.goto('/inbox');
  const line = joaquin.getByRole('listitem').filter({ hasText: question });
  await test.step('it can wait until tomorrow, and be taken up again', async () => {
    await line.locator('summary').filter({ hasText: 'Later' }).click();
    await line.getByRole('button', { name: 'Tomorrow' }).click();
    const later = joaquin.locator('details').filter({ hasText: 'for later' });
    await later.locator('summary').first().click();
    await expect(line).toContainText('Comes again');
    await line.getByRole('button', { name: 'Take it up again' }).click();
    await expect(later).toHaveCount(0);
  });
  await line.locator('summary').filter({ hasText: 'Answer' }).click();
  await line.getByRole('button', { name: 'Answer' }).click();
  await expect(line.getByText('Is empty: say something.')).toBeVisible();
  await line.getByLabel('Your answer (Markdown)').fill('A day, @noelia.franco.');
  await line.getByRole('button', { name: 'Answer' }).click();
  await expect(joaquin.getByRole('region', { name: 'Questions and problems' }).getByText(question)).toHaveCount(0);
  await other.close();

  await open(asset(churnPredictions));
  const standing = page.getByRole('region', { name: 'Asked and answered' });
  await expect(standing).toContainText(question);
  await expect(standing).toContainText('A day, @noelia.franco.');
});

test('what there is to do is put aside, and taken up again', async ({ page, settled }) => {
  await signIn(page, 'Ana Benítez');
  await page.goto('/inbox');
  const waits = page.getByRole('region', { name: 'What waits for you' });
  const tasks = waits.locator('details.lacking');
  const before = await tasks.count();
  expect(before).toBeGreaterThan(0);
  const first = tasks.first();
  const open = await first.getAttribute('open');
  if (open === null) await first.locator('summary').first().click();
  await first.locator('summary').filter({ hasText: 'Later' }).click();
  await first.getByRole('button', { name: 'In a week' }).click();
  await settled();
  await expect(tasks).toHaveCount(before - 1);
  await expect(waits).toContainText('comes again');
  await waits.getByRole('button', { name: 'Take it up again' }).click();
  await settled();
  await expect(tasks).toHaveCount(before);
});

test('a problem shows on the page until it is solved', async ({ page, open, settled, scriptsOn }) => {
  await signIn(page, 'Joaquín Villalba');
  const words = `Yesterday's campaigns are missing (${scriptsOn ? 'on' : 'off'}).`;
  await open(asset(campaigns, 'discussion'));
  await page.locator('summary').filter({ hasText: 'Ask, tell of a problem, or comment' }).click();
  await page.getByLabel('A problem with the data').check();
  await page.getByLabel('What kind of problem').selectOption('Missing data');
  await page.getByLabel('How much it hurts').selectOption('High');
  await page.getByLabel('Your words (Markdown)').first().fill(words);
  await page.getByRole('button', { name: 'Say it' }).click();
  await settled();
  await open(asset(campaigns));
  await expect(page.getByText('and not solved yet.')).toBeVisible();
  await page.getByRole('link', { name: 'What it is' }).click();
  await settled();
  const thread = page.getByRole('article').filter({ hasText: words }).last();
  await expect(thread).toContainText('High severity');
  await thread.locator('summary').filter({ hasText: 'Say what became of it' }).click();
  await thread.getByLabel('A word about it').fill('They came at noon.');
  await thread.getByRole('button', { name: 'It is solved' }).click();
  await settled();
  await expect(thread).toContainText('Solved by Joaquín Villalba');
  await expect(thread).toContainText('They came at noon.');
});

test('of what one may not know, nothing can be asked', async ({ page, open, settled, problems }) => {
  problems.allowStatus(404);
  // Noelia looks at the warehouse; of risk she may know nothing, and is told nothing.
  await signIn(page, 'Noelia Franco');
  const response = await page.goto('/ask?about=' + encodeURIComponent('urn:loggia:asset:' + churnPredictions));
  expect(response?.status()).toBe(404);
  await open('/inbox');
  await settled();
  await expect(page.getByRole('main')).toContainText(/Nothing waits for you\.|Nobody waits for an answer of yours\./);
});

test('whoever may only know that a table is there asks its owner', async ({ page, browser, server, settled, scriptsOn, problems }) => {
  problems.allowStatus(403);
  const behaviour = 'file://banco-guarani;customer_360/behaviour';
  const text = `permit (principal == Person::"noelia.franco", action == Action::"discover", resource == Asset::"${behaviour}");`;
  const policy = join(server.folder, 'seen.yaml');
  writeFileSync(policy, JSON.stringify({ urn: 'urn:loggia:policy:seen', kind: 'policy', facts: { name: 'Seen', text } }));
  await server.loggia('apply', policy);
  const words = `Which visits does this count, and for what may I use it (${scriptsOn ? 'on' : 'off'})?`;
  await signIn(page, 'Noelia Franco');
  const refused = await page.goto(asset(behaviour));
  expect(refused?.status()).toBe(403);
  await page.getByRole('link', { name: 'Ask its owner' }).click();
  await settled();
  await expect(page.getByRole('main')).toContainText('Joaquín Villalba');
  await page.getByRole('button', { name: 'Ask' }).click();
  await settled();
  await expect(page.getByText('Is empty: say something.')).toBeVisible();
  await page.getByLabel('What you want to know, or need it for').fill(words);
  await page.getByRole('button', { name: 'Ask' }).click();
  await settled();
  await expect(page.getByRole('article')).toContainText(words);

  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const joaquin = await other.newPage();
  await signIn(joaquin, 'Joaquín Villalba');
  await joaquin.goto('/inbox');
  await expect(joaquin.getByRole('region', { name: 'Questions and problems' })).toContainText(words);
  await other.close();
});
