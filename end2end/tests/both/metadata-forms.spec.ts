// What an organisation asks of its tables: made in the browser, filled in, found, asked for by a rule, and asked no more.
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { whole } from '../support/tables';
import { expect, test } from '../support/test';

test.use({ people });

const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

test('a metadata form is made, filled in, found by, and changed without a loss', async ({ page, server, open, settled }) => {
  await server.loggia('apply', whole);
  await signIn(page, 'Ana Benítez');
  await test.step('a steward makes it, and is told row by row what is wrong', async () => {
    await open('/new/metadata-form');
    await page.getByLabel('Name').fill('Retention');
    await page.getByLabel('Domain unit').fill('Customer analytics');
    await page.getByLabel('Columns', { exact: true }).check();
    const first = page.locator('.field-row').nth(0);
    await first.getByLabel('What is asked').fill('Care');
    await first.getByLabel('Type').selectOption('Choice');
    await first.getByLabel('Required').check();
    const second = page.locator('.field-row').nth(1);
    await second.locator('summary').click();
    await second.getByLabel('What is asked').fill('Yearly cost');
    await second.getByLabel('Type').selectOption('Money');
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page.locator('.field-row').nth(0)).toContainText('Is empty: say what there is to choose from, one a line.');
    await page.locator('.field-row').nth(0).getByLabel('Choices').fill('plain\nstrict');
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Retention');
    await expect(page.getByText('Nobody has filled it in yet')).toBeVisible();
    await expect(page.getByRole('row', { name: /Yearly cost/ })).toContainText('Money');
  });
  await test.step('its JSON Schema can be had', async () => {
    const schema = await page.request.get('/metadata-form-schemas/retention');
    expect(schema.headers()['content-type']).toContain('application/schema+json');
    expect(await schema.json()).toMatchObject({ title: 'Retention', required: ['care'], properties: { care: { enum: ['plain', 'strict'] } } });
  });
  await test.step('it is filled in on the page of a table, and nothing that was typed is lost', async () => {
    await open(asset(campaigns));
    const section = page.getByRole('region', { name: 'Retention', exact: true });
    await expect(section).toContainText('1 required field is empty');
    await section.getByText('Fill in', { exact: false }).first().click();
    await section.getByLabel('Care').selectOption('strict');
    await section.getByLabel('Yearly cost').fill('1200 EUTS');
    await section.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(section).toContainText('is not a number and a currency, such as 1250.50 EUR');
    await expect(section.getByLabel('Care')).toHaveValue('strict');
    await section.getByLabel('Yearly cost').fill('1200 EUR');
    await section.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(section).toContainText('1200 EUR');
    await expect(section).not.toContainText('is empty');
  });
  await test.step('whoever searches narrows by it', async () => {
    await page.goto('/search?kind=table');
    await settled();
    await page.getByRole('region', { name: 'Care (Retention)' }).getByRole('link', { name: /strict/ }).click();
    await settled();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('1 result');
    await expect(page.getByRole('list', { name: 'Chosen' })).toContainText('Care (Retention): strict');
  });
  await test.step('a field that is taken away is told before, and loses nothing', async () => {
    await open('/edit/urn:loggia:metadata-form:retention');
    await page.locator('.field-row').nth(1).getByLabel('Take this field away').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page.getByRole('alert')).toContainText("Of 1 thing, what stands in 'Yearly cost' will not show any more");
    await page.getByLabel('Save it all the same').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page.getByRole('row', { name: /Yearly cost/ })).toHaveCount(0);
    await open(asset(campaigns));
    const section = page.getByRole('region', { name: 'Retention', exact: true });
    await section.getByText('What the form does not ask for any more').click();
    await expect(section).toContainText('1200 EUR');
  });
});
