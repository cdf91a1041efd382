// Signing in by a provider of identities, and out again at both ends, with scripts on and off.
import { type Page } from '@playwright/test';
import { people } from '../support/people';
import { Provider } from '../support/provider';
import { Server } from '../support/server';
import { expect, test as base } from '../support/test';

const test = base.extend<object, { provider: Provider }>({
  provider: [
    async ({}, use) => {
      const provider = await Provider.start();
      await use(provider);
      await provider.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ people, provider }, use) => {
      const server = await Server.ofTheDemo(people, [provider.configured]);
      provider.knows(server.url);
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test.use({ people });

test.beforeEach(async ({ context, problems, provider }) => {
  problems.alsoAt(provider.issuer);
  problems.alsoAt('https://fonts.googleapis.com');
  await provider.withoutFonts(context);
});

async function begin(page: Page, path = '/sign-in'): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name: 'Sign in with Banco Guaraní' }).click();
}

async function isHere(page: Page, name: string): Promise<void> {
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })).toBeVisible();
}

test('whoever the provider knows comes in, and goes to the page that they wanted', async ({ page, provider, server, settled }) => {
  await begin(page, '/search?q=customer');
  await provider.signIn(page, 'ines');
  await expect(page).toHaveURL(`${server.url}/search?q=customer`);
  await settled();
  await isHere(page, 'Inés Núñez');

  await page.goto('/account');
  await settled();
  await expect(page.getByText('You came by Banco Guaraní')).toBeVisible();
  const cookies = await page.context().cookies(server.url);
  const session = cookies.find((cookie) => cookie.name === 'loggia_session');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  expect(cookies.some((cookie) => cookie.name === 'loggia_entering'), 'what led there is used up').toBe(false);
});

test('signing out here signs out there', async ({ page, provider, server, settled }) => {
  await begin(page);
  await provider.signIn(page, 'ines');
  await isHere(page, 'Inés Núñez');
  await page.goto('/account');
  await settled();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await provider.signOut(page);
  await expect(page).toHaveURL(new RegExp(`^${server.url}/sign-in`));
  await settled();

  await page.getByRole('button', { name: 'Sign in with Banco Guaraní' }).click();
  await expect(page.getByPlaceholder('Enter any login'), 'the provider asks again').toBeVisible();
});

test('signing out there signs out here', async ({ page, provider }) => {
  await begin(page);
  await provider.signIn(page, 'ines');
  await isHere(page, 'Inés Núñez');
  await page.goto(`${provider.issuer}/session/end`);
  await provider.signOut(page);
  await expect(page.getByRole('heading', { name: 'Sign-out Success' })).toBeVisible();
  await page.goto('/account');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
});

test('an answer is good once, in the browser that asked, and to its own question', async ({ page, browser, provider, server, scriptsOn, settled }) => {
  let answer = '';
  page.on('request', (request) => {
    if (request.url().includes('/sign-in/with/company/back?')) answer = request.url();
  });
  await begin(page);
  await provider.signIn(page, 'ines');
  await isHere(page, 'Inés Núñez');
  expect(answer).toContain('code=');

  await page.goto(answer);
  await settled();
  await expect(page.getByRole('alert')).toContainText('was not begun in this browser, is used up');

  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const thief = await other.newPage();
  await thief.goto(answer);
  await expect(thief.getByRole('alert')).toContainText('was not begun in this browser');
  await provider.withoutFonts(other);
  await begin(thief);
  await expect(thief.getByPlaceholder('Enter any login')).toBeVisible();
  await thief.goto(answer);
  await expect(thief.getByRole('alert')).toContainText('in a way that can be believed');
  expect((await other.cookies(server.url)).some((cookie) => cookie.name === 'loggia_session')).toBe(false);
  await other.close();
});

test('a provider that changes its keys goes on', async ({ page, provider }) => {
  await begin(page);
  await provider.signIn(page, 'omar');
  await isHere(page, 'Omar Duarte');
  await page.context().clearCookies();
  provider.changeKeys();
  await begin(page);
  await provider.signIn(page, 'omar');
  await isHere(page, 'Omar Duarte');
});

test('nobody is led elsewhere after signing in', async ({ page, provider, server }) => {
  await begin(page, '/sign-in?back=https%3A%2F%2Fevil.example%2F');
  await provider.signIn(page, 'ines');
  await expect(page).toHaveURL(`${server.url}/`);
  await isHere(page, 'Inés Núñez');
});
