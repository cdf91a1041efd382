// A policy from the first letter to what it does, and the answer to "why", with scripts on and off.
import { people, signIn } from '../support/people';
import { asset, churnPredictions, customers } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

const policy = 'forbid (principal, action == Action::"sample", resource in DomainUnit::"customer-analytics")\nunless { principal == Person::"ana.benitez" };';

test('an administrator tries a policy, saves it, and pauses it', async ({ page, browser, server, open, settled, scriptsOn, problems }) => {
  problems.allowStatus(400);
  const sample = asset(churnPredictions).replace('/assets/', '/sample/');
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const valeria = await other.newPage();
  await signIn(valeria, 'Valeria Ortiz');
  expect((await valeria.request.get(sample)).status()).toBe(200);

  await signIn(page, 'Ana Benítez');
  await open('/organisation');
  await page.getByRole('link', { name: 'Policies' }).click();
  await settled();
  await page.getByRole('link', { name: 'New policy' }).click();
  await settled();
  await page.getByLabel('Name', { exact: true }).fill('Predictions are not looked at');
  await page.getByLabel('Policy', { exact: true }).fill('permit everything');
  await page.getByRole('button', { name: 'See what it would do' }).click();
  await settled();
  await expect(page.getByRole('main')).toContainText("is not one policy in Cedar's language");
  await page.goBack();
  await settled();
  await page.getByLabel('Name', { exact: true }).fill('Predictions are not looked at');
  await page.getByLabel('Policy', { exact: true }).fill(policy);
  await page.getByRole('button', { name: 'See what it would do' }).click();
  await settled();
  const effects = page.getByRole('region', { name: 'Effects' });
  await expect(effects).toContainText('Valeria Ortiz');
  await expect(effects).toContainText('See its data');
  expect((await valeria.request.get(sample)).status(), 'nothing is saved by trying').toBe(200);
  await page.getByRole('button', { name: 'Save it' }).click();
  await settled();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Predictions are not looked at');
  expect((await valeria.request.get(sample)).status(), 'it holds at once').toBe(403);
  await page.getByRole('button', { name: 'Pause' }).click();
  await settled();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paused');
  expect((await valeria.request.get(sample)).status()).toBe(200);
  await other.close();
});

test('a policy that nobody could take back is refused, and nothing typed is lost', async ({ page, open, settled }) => {
  await signIn(page, 'Ana Benítez');
  await open('/new/policy');
  await page.getByLabel('Name', { exact: true }).fill('Closed');
  await page.getByLabel('Policy', { exact: true }).fill('forbid (principal, action, resource);');
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await expect(page.getByRole('alert')).toContainText('could take this back');
  await expect(page.getByLabel('Policy', { exact: true })).toHaveValue('forbid (principal, action, resource);');
});

test('who may not is told why, and whom to ask', async ({ page, open, settled, problems }) => {
  problems.allowStatus(403);
  await signIn(page, 'Noelia Franco');
  await open('/sources');
  await page.getByRole('link', { name: 'Why, and what would help' }).click();
  await settled();
  await expect(page.getByRole('row', { name: /Administer it/ })).toContainText('The role of administrator');
  await expect(page.getByRole('main')).toContainText('Ana Benítez');
});

test('an owner sees who may see, and an administrator why another may', async ({ page, open, settled }) => {
  await signIn(page, 'Carlos Giménez');
  await open(asset(customers));
  await page.getByRole('link', { name: 'What you may do, and why' }).click();
  await settled();
  await expect(page.getByRole('row', { name: /Publish it/ })).toContainText('Owner of Retail Banking');
  const everybody = page.getByRole('region', { name: 'Who may', exact: true });
  await expect(everybody).toContainText('Lucía Ayala');
  await expect(everybody).not.toContainText('Noelia Franco');
  await page.getByRole('combobox', { name: 'Who may' }).selectOption('administer');
  await page.getByRole('button', { name: 'Show' }).click();
  await settled();
  await expect(everybody).toContainText('Ana Benítez');
  await expect(everybody).not.toContainText('Lucía Ayala');

  await signIn(page, 'Ana Benítez');
  await open(asset(customers).replace('/assets/', '/access/urn:loggia:asset:'));
  await page.getByLabel('Of somebody else').fill('Lucía Ayala');
  await page.getByRole('button', { name: 'Ask' }).click();
  await settled();
  await expect(page.getByRole('heading', { name: 'What Lucía Ayala may do' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Look after words/ })).toContainText('Steward of Retail Banking');
});
