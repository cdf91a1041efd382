// Accounts that an administrator sees to, and the link by which somebody chooses a password, with scripts on and off.
import { people, signIn } from '../support/people';
import { expect, test } from '../support/test';
import { isWellMade } from '../support/wellMade';

test.use({ people });

test('an administrator makes an account, and its owner chooses a password by the link', async ({
  page,
  browser,
  server,
  open,
  settled,
  scriptsOn,
}) => {
  const login = scriptsOn ? 'rosa.on' : 'rosa.off';
  await signIn(page, 'Ana Benítez');
  await open('/organisation');
  await page.getByRole('link', { name: 'Accounts' }).click();
  await settled();
  await page.getByText('Make an account').click();
  await page.getByLabel('Who', { exact: true }).fill(`Rosa Ocampos ${login}`);
  await page.getByLabel('Login', { exact: true }).fill(login);
  await page.getByRole('button', { name: 'Make it' }).click();
  await settled();
  const note = page.getByRole('status').filter({ hasText: 'chooses a password' });
  await expect(note).toContainText(login);
  const link = ((await note.locator('code').textContent()) ?? '').trim();
  expect(link.startsWith(`${server.url}/password?key=`), link).toBe(true);
  await open('/accounts');
  await expect(page.getByText('/password?key=')).toHaveCount(0);

  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const rosa = await other.newPage();
  await rosa.goto(link);
  await expect(rosa.getByRole('heading', { level: 1, name: 'Choose a password' })).toBeVisible();
  await rosa.getByLabel('Password', { exact: true }).fill('a password of my own');
  await rosa.getByRole('button', { name: 'Choose it' }).click();
  await expect(rosa.getByRole('heading', { level: 1, name: 'Your account' })).toBeVisible();
  await rosa.goto(link);
  await rosa.getByLabel('Password', { exact: true }).fill('another of my own');
  await rosa.getByRole('button', { name: 'Choose it' }).click();
  await expect(rosa.getByRole('alert')).toContainText('opens nothing');
  await other.close();
});

test('somebody is found, kept out and let in again', async ({ page, open, settled, scriptsOn }) => {
  await signIn(page, 'Ana Benítez');
  await open('/accounts');
  await page.getByLabel('Name or login').fill('noelia');
  await page.getByRole('button', { name: 'Find' }).click();
  await settled();
  await expect(page).toHaveURL(/\/accounts\?q=noelia$/);
  const row = page.getByRole('row', { name: /Noelia Franco/ });
  await row.getByText('Change').click();
  await row.getByRole('button', { name: 'Keep out noelia.franco' }).click();
  await settled();
  const mark = row.locator('.badge', { hasText: 'Kept out' });
  await expect(mark).toBeVisible();
  await row.getByRole('button', { name: 'Let in again noelia.franco' }).click();
  await settled();
  await expect(mark).toHaveCount(0);
  if (scriptsOn) await isWellMade(page);
});

test('who does not administer the organisation sees no accounts', async ({ page, problems }) => {
  problems.allowStatus(403);
  await signIn(page, 'Carlos Giménez');
  expect((await page.goto('/accounts'))?.status()).toBe(403);
  await page.goto('/organisation');
  await expect(page.getByRole('link', { name: 'Accounts' })).toHaveCount(0);
});
