// A form that is refused loses nothing that was typed, and says beside the field what is wrong.
import { asset, customers } from '../support/places';
import { describedBy, expect, test } from '../support/test';

test('owners that nobody knows are refused beside their field, and can be mended there', async ({ page, open, settled }) => {
  await open(asset(customers));
  const owners = page.locator('#owners');
  await expect(owners).toContainText('Carlos Giménez');

  await page.locator('summary').filter({ hasText: 'Edit Owners' }).click();
  const form = page.locator('details').filter({ has: page.getByLabel('Owners') });
  const field = page.getByLabel('Owners');
  await field.fill('Ana Benítez, Nobody Known');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByText("there is no person called 'Nobody Known'")).toBeVisible();
  await settled();
  await expect(form.getByText('Not saved')).toBeVisible();
  await expect(field).toBeVisible();
  await expect(field).toHaveValue('Ana Benítez, Nobody Known');
  await expect(field, 'is marked for screen readers').toHaveAttribute('aria-invalid', 'true');
  expect(await describedBy(field), 'its error is read with it').toContain('Nobody Known');
  await expect(owners, 'nothing was changed').toContainText('Carlos Giménez');

  await field.fill('Ana Benítez');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(owners).toContainText('Ana Benítez');
  await expect(owners).not.toContainText('Carlos Giménez');
  await expect(form.getByText("there is no person called 'Nobody Known'")).toHaveCount(0);
});

test('a refused form is shown once, and not to whoever opens the page later', async ({ page, open, settled }) => {
  await open('/new/term');
  await page.getByLabel('Name').fill('Half a term');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await settled();
  await open('/new/term');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByLabel('Name')).toHaveValue('');
});

const typed = { 'Definition (Markdown)': 'What **was** typed.', 'Also called': 'uno, dos', Owners: 'Ana Benítez' };
const refusals = [
  { what: 'an empty name', name: '', glossary: 'Banking', field: 'Name', says: 'is empty' },
  { what: 'no glossary', name: 'Lost term', glossary: '', field: 'Glossary', says: 'is empty' },
  { what: 'an unknown glossary', name: 'Lost term', glossary: 'Alchemy', field: 'Glossary', says: "no glossary called 'Alchemy'" },
  { what: 'a name that is taken', name: 'Customer', glossary: 'Banking', field: 'Name', says: "'Customer' is taken" },
];
for (const { what, name, glossary, field, says } of refusals) {
  test(`a new term with ${what} comes back as it was typed, with the error at its field`, async ({ page, open, settled }) => {
    await open('/new/term');
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Glossary', { exact: true }).fill(glossary);
    for (const [label, words] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(words);
    await page.getByLabel('Status').selectOption('approved');
    await page.getByRole('button', { name: 'Save' }).click();
    const summary = page.getByRole('alert');
    await expect(summary).toContainText('Not saved');
    await settled();

    await expect(page).toHaveURL(/\/new\/term$/);
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
    await expect(page.getByLabel('Glossary', { exact: true })).toHaveValue(glossary);
    for (const [label, words] of Object.entries(typed)) {
      await expect(page.getByLabel(label, { exact: true })).toHaveValue(words);
    }
    await expect(page.getByLabel('Status')).toHaveValue('approved');

    const wrong = page.getByLabel(field, { exact: true });
    await expect(wrong).toHaveAttribute('aria-invalid', 'true');
    expect(await describedBy(wrong)).toContain(says);
    await expect(page.locator('[aria-invalid]')).toHaveCount(1);
    // The summary leads to the field.
    await summary.getByRole('link').click();
    await expect(wrong).toBeFocused();
  });
}

test('whoever is slower is told so, keeps the words, and can save them after all', async ({ page, open, settled, browser, server, javaScriptEnabled }) => {
  const path = asset('postgres://core.guarani.example:5432;core.public.branches');
  await open(path);
  await page.locator('summary').filter({ hasText: 'Description' }).click();
  const field = page.getByLabel('Description (Markdown)');
  const save = page.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' });
  await field.fill('The words of the slower one.');

  const faster = await browser.newContext({ javaScriptEnabled, baseURL: server.url });
  const other = await faster.newPage();
  await other.goto(path);
  await other.locator('summary').filter({ hasText: 'Description' }).click();
  await other.getByLabel('Description (Markdown)').fill('The words of the faster one.');
  await other.locator('form').filter({ has: other.getByLabel('Description (Markdown)') }).getByRole('button', { name: 'Save' }).click();
  await expect(other.locator('#description')).toContainText('faster');
  await faster.close();

  await save.click();
  const told = page.getByText(/Not saved: .* changed this at/);
  await expect(told).toBeVisible();
  await settled();
  await expect.soft(told, 'by a name that people know').toContainText('Someone at this machine');
  await expect(field).toHaveValue('The words of the slower one.');
  await expect.soft(page.locator('#description'), 'the other words are there to compare').toContainText('faster');
  await save.click();
  await expect(page.locator('#description')).toContainText('slower');
});

test('an error that a link has planted is not shown', async ({ page, open }) => {
  await open('/new/term?__path=/do/loggia_app/forms/edit_entity&__err=U29tZXRoaW5nIGV2aWw');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByRole('main')).not.toContainText('evil');
});
