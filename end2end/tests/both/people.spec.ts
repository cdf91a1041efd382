// What each of the demo's people sees and may do, with scripts on and off.
import { type Page } from '@playwright/test';
import { people, signIn } from '../support/people';
import { asset, churnPredictions, customers } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

async function total(page: Page): Promise<number> {
  await page.goto('/search');
  const said = (await page.getByRole('main').textContent()) ?? '';
  return Number(/([\d,]+) results?/.exec(said)?.[1].replace(',', ''));
}

interface Expected {
  name: string;
  /** Statuses of a table of Customer Analytics, of one of Retail Banking, and of the page of sources. */
  churn: number;
  customers: number;
  sources: number;
  /** Whether the first of these can be edited, its sample seen, and roles given in its unit. */
  edits: boolean;
  samples: boolean;
  gives: boolean;
}

const expected: Expected[] = [
  { name: 'Ana Benítez', churn: 200, customers: 200, sources: 200, edits: true, samples: true, gives: true },
  { name: 'Carlos Giménez', churn: 404, customers: 200, sources: 403, edits: false, samples: false, gives: false },
  { name: 'Lucía Ayala', churn: 404, customers: 200, sources: 403, edits: false, samples: false, gives: false },
  { name: 'Joaquín Villalba', churn: 200, customers: 404, sources: 403, edits: true, samples: true, gives: false },
  { name: 'Valeria Ortiz', churn: 200, customers: 200, sources: 403, edits: false, samples: true, gives: false },
  { name: 'Noelia Franco', churn: 404, customers: 404, sources: 403, edits: false, samples: false, gives: false },
];

for (const person of expected) {
  test(`${person.name} sees what the role lets them`, async ({ page, problems, open }) => {
    for (const status of [person.churn, person.customers, person.sources]) {
      if (status !== 200) problems.allowStatus(status);
    }
    await signIn(page, person.name);
    const status = async (path: string) => (await page.goto(path))?.status();
    expect(await status(asset(customers)), 'a table of Retail Banking').toBe(person.customers);
    expect(await status('/sources')).toBe(person.sources);
    const sample = asset(churnPredictions).replace('/assets/', '/sample/');
    const answer = await page.request.get(sample);
    expect(answer.status(), 'the rows of a table of Customer Analytics').toBe(person.samples ? 200 : 404);
    expect(await status(asset(churnPredictions)), 'a table of Customer Analytics').toBe(person.churn);
    if (person.churn === 200) {
      const edits = page.locator('summary').filter({ hasText: /^Edit\s+Owners/ });
      expect(await edits.count(), 'a form that edits').toBe(person.edits ? 1 : 0);
    }
    await open('/domains/customer-analytics');
    expect(await page.getByText('Give somebody a role').count()).toBe(person.gives ? 1 : 0);
  });
}

test('no two of them find the same, and nobody finds without signing in', async ({ page }) => {
  await page.goto('/search?q=customer');
  await expect(page).toHaveURL(/\/sign-in\?back=%2Fsearch%3Fq%3Dcustomer$/);
  const totals = [];
  for (const { name } of expected) {
    await signIn(page, name);
    totals.push(await total(page));
    await page.goto('/account');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  }
  expect(new Set(totals).size, String(totals)).toBe(expected.length);
  expect(Math.max(...totals)).toBe(totals[0]);
});

test('an administrator gives a role, and it counts at once', async ({ page, browser, server, open, settled, scriptsOn }) => {
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const noelia = await other.newPage();
  await signIn(noelia, 'Noelia Franco');
  expect((await noelia.goto(asset(churnPredictions)))?.status()).toBe(404);

  await signIn(page, 'Ana Benítez');
  await open('/domains/customer-analytics');
  await page.getByText('Give somebody a role').click();
  await page.getByLabel('Who', { exact: true }).fill('Noelia Franco');
  await page.getByLabel('Role', { exact: true }).selectOption('viewer');
  await page.getByRole('button', { name: 'Give it' }).click();
  await settled();
  const take = page.getByRole('button', { name: 'Take the role of Noelia Franco' });
  await expect(take).toBeVisible();
  expect((await noelia.goto(asset(churnPredictions)))?.status()).toBe(200);

  await take.click();
  await settled();
  await expect(take).toHaveCount(0);
  expect((await noelia.goto(asset(churnPredictions)))?.status()).toBe(404);
  await other.close();
});

test('a wrong password says so, keeps the login, and shows no password', async ({ page, open, settled }) => {
  await open('/sign-in');
  await page.getByLabel('Login').fill('ana.benitez');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await settled();
  await expect(page.getByRole('alert')).toContainText('do not go together');
  await expect(page.getByLabel('Login')).toHaveValue('ana.benitez');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
});
