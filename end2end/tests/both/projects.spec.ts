// Projects, who sees what is in them, and who answers for what.
import { people, signIn } from '../support/people';
import { asset, churnPredictions } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

const survey = 'mysql://crm.guarani.example:3306;crm.survey_answers';

test('a project is made from a profile, and shows its members what is put into it at once', async ({
  page,
  browser,
  server,
  open,
  settled,
  scriptsOn,
}) => {
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const noelia = await other.newPage();
  await signIn(noelia, 'Noelia Franco');
  expect((await noelia.goto(asset(survey)))?.status()).toBe(404);

  await signIn(page, 'Ana Benítez');
  await test.step('made, with the roles of the profile', async () => {
    await open('/domains/retail-banking');
    await page.getByRole('link', { name: 'New project here' }).click();
    await settled();
    await page.getByLabel('Name', { exact: true }).fill('Branch survey');
    await page.getByLabel('Profile').selectOption('analytics');
    await expect(page.getByLabel('Domain unit')).toHaveValue('Retail Banking');
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page).toHaveURL(/\/projects\/branch-survey$/);
    await expect(page.getByRole('main')).toContainText('Answer one question, say how sure the answer is');
    const own = page.getByRole('region', { name: 'Roles' }).getByRole('row').filter({ hasText: 'here' });
    await expect(own.filter({ hasText: 'Ana Benítez' })).toContainText('Owner');
    await expect(own.filter({ hasText: 'Data office' })).toContainText('Viewer');
  });

  await test.step('Noelia becomes a member, and sees nothing but the project', async () => {
    await page.getByText('Give somebody a role').click();
    await page.getByLabel('Who', { exact: true }).fill('Noelia Franco');
    await page.getByLabel('Role', { exact: true }).selectOption('viewer');
    await page.getByRole('button', { name: 'Give it' }).click();
    await settled();
    expect((await noelia.goto('/projects/branch-survey'))?.status()).toBe(200);
    await expect(noelia.getByRole('main')).toContainText('Nothing is in this project yet.');
    expect((await noelia.goto(asset(survey)))?.status()).toBe(404);
  });

  const edit = async (project: string) => {
    await open(asset(survey));
    await page.locator('summary').filter({ hasText: 'Project' }).click();
    await page.getByLabel('Project', { exact: true }).fill(project);
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
  };
  await test.step('what is put into it she sees, until it is taken out', async () => {
    await edit('Branch survey');
    await expect(page.locator('#project')).toContainText('Branch survey');
    expect((await noelia.goto(asset(survey)))?.status()).toBe(200);
    await edit('');
    await expect(page.locator('#project')).toContainText('In no project.');
    expect((await noelia.goto(asset(survey)))?.status()).toBe(404);
  });
  await other.close();
});

test('a table of another source is not put into a Master Data project, and nothing typed is lost', async ({
  page,
  open,
  settled,
}) => {
  await signIn(page, 'Carlos Giménez');
  await open('/projects/customer-master');
  await expect(page.getByRole('main')).toContainText('it publishes one source and consumes nothing');
  await expect(page.getByRole('main')).toContainText('postgres://core.guarani.example:5432');
  await open(asset(survey));
  await page.locator('summary').filter({ hasText: 'Project' }).click();
  await page.getByLabel('Project', { exact: true }).fill('Core register');
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await expect(page.getByRole('main')).toContainText('publishes one source: what it has comes from another one');
  await expect(page.getByLabel('Project', { exact: true })).toHaveValue('Core register');
});

test('each sees the projects of the units and the teams that they are in', async ({ page, open, problems }) => {
  for (const [name, sees] of [
    ['Ana Benítez', ['Customer 360 build', 'Core register', 'Fraud desk', 'IFRS 9 review', 'Stock and returns']],
    ['Joaquín Villalba', ['Customer 360 build']],
    ['Lucía Ayala', ['Core register']],
    ['Noelia Franco', ['Stock and returns']],
  ] as [string, string[]][]) {
    await signIn(page, name);
    await open('/projects');
    const names = await page.locator('.result-name a').allTextContents();
    // Other tests may have made some that others see too.
    const made = ['Branch survey', 'Price desk'];
    expect(names.filter((project) => !made.includes(project)).sort(), name).toEqual([...sees].sort());
    if (!sees.includes('Stock and returns')) problems.allowStatus(404);
    const stock = await page.goto('/projects/stock-and-returns');
    expect(stock?.status(), name).toBe(sees.includes('Stock and returns') ? 200 : 404);
  }
});

test('the matrix of a unit marks what is missing, and names who is responsible once somebody says it', async ({
  page,
  open,
  settled,
}) => {
  await signIn(page, 'Ana Benítez');
  await open('/domains/payments');
  await page.getByRole('link', { name: 'Responsibilities of all that it has' }).click();
  await settled();
  const rows = page.getByRole('region', { name: 'Responsibilities' }).getByRole('row');
  const terminals = rows.filter({ has: page.getByRole('rowheader', { name: /Sipap|SIPAP/ }) }).first();
  await expect(terminals).toContainText('Nobody');
  await page.getByRole('link', { name: 'Show only what is missing' }).click();
  await settled();
  await expect(page).toHaveURL(/missing=yes/);

  await open('/edit/urn:loggia:domain-unit:payments');
  await page.getByLabel('Responsible', { exact: true }).fill('Nobody Inparticular');
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await expect(page.getByRole('alert')).toContainText("there is no person or group called 'Nobody Inparticular'");
  await page.getByLabel('Responsible', { exact: true }).fill('Gabriela Rojas, Data office');
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await open('/responsibilities/urn:loggia:domain-unit:payments');
  await expect(page.getByRole('main')).toContainText('Nothing is missing.');
  await expect(terminals).toContainText('Gabriela Rojas, Data office Group from Payments');

  await open(asset(churnPredictions));
  await expect(page.locator('#consulted')).toContainText('Lucía Ayala');
});

test('one sees on the own page what waits, and others do not', async ({ page, open }) => {
  await signIn(page, 'Joaquín Villalba');
  await open('/people/joaquin.villalba');
  await expect(page.getByRole('heading', { name: 'What waits for you' })).toBeVisible();
  const roles = page.getByRole('region', { name: 'Roles and where' });
  await expect(roles.getByRole('row').filter({ hasText: 'Customer 360 build' })).toContainText('Contributor');
  await signIn(page, 'Ana Benítez');
  await open('/people/joaquin.villalba');
  await expect(page.getByRole('heading', { name: 'What waits for you' })).toHaveCount(0);
});
