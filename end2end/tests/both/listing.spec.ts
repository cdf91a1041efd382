// From inventory to listing: over a rule that blocks, to somebody else who finds it, and drafts after that.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { expect, test } from '../support/test';

test.use({ people });

const list = 'file://price-desk;price_list';

/** A project of Carlos Giménez's, and a source whose rule puts what it brings there. */
function priceDesk(folder: string): { project: string; sources: string } {
  const [files, project, sources] = ['drop', 'price-desk.yaml', 'drop.yaml'].map((name) => join(folder, name));
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, 'price_list.csv'), 'code,name,fee\n1,Savings,0\n2,Gold card,120000\n');
  const carlos = 'urn:loggia:person:carlos.gimenez';
  const facts = { name: 'Price desk', unit: 'urn:loggia:domain-unit:retail-banking', members: [{ who: carlos, role: 'owner' }] };
  writeFileSync(project, JSON.stringify({ urn: 'urn:loggia:project:price-desk', kind: 'project', facts }));
  const rule = { names: 'price*', project: 'price-desk', owners: ['carlos.gimenez'], suggest: { tags: ['prices'] } };
  const source = { name: 'price-desk', files, namespace: 'file://price-desk', rules: [rule] };
  writeFileSync(sources, JSON.stringify({ sources: [source] }));
  return { project, sources };
}

test('a harvested table is taken over a blocking rule to a listing that another person finds', async ({
  page,
  browser,
  server,
  open,
  settled,
  scriptsOn,
}) => {
  await test.step('a pipeline has left a table, and a rule of its source puts it into a project', async () => {
    const { project, sources } = priceDesk(server.folder);
    await server.loggia('apply', project);
    expect(await server.loggia('harvest', 'sources', sources)).toContain('1 proposals made by its rules');
  });
  const other = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scriptsOn });
  const valeria = await other.newPage();
  await signIn(valeria, 'Valeria Ortiz');
  await test.step('who looks from the unit does not find it', async () => {
    expect((await valeria.goto(asset(list)))?.status()).toBe(404);
    await valeria.goto('/search?q=price_list');
    await expect(valeria.getByRole('main').getByRole('link', { name: 'price_list' })).toHaveCount(0);
  });

  await signIn(page, 'Carlos Giménez');
  await test.step('the list says what is missing, and which rule asks for it', async () => {
    await open(asset(list));
    await expect(page.getByRole('main')).toContainText('In the inventory of Price desk');
    await page.getByRole('link', { name: 'What it needs to be published' }).click();
    await settled();
    const description = page.getByRole('listitem').filter({ hasText: 'A description' });
    await expect(description).toContainText('Missing');
    await expect(description).toContainText('Listings explain themselves asks for it');
    await expect(page.getByRole('button', { name: 'Publish version 1.0.0' })).toBeDisabled();
  });

  await test.step('what the rule suggests is accepted from the inbox', async () => {
    await open('/inbox');
    const proposals = page.locator('section[aria-labelledby=proposed]');
    await expect(proposals).toContainText('A rule of the sources');
    await expect(proposals.locator('ins')).toHaveText('prices');
    await proposals.getByLabel('Choose the proposal: tags of price_list').check();
    await proposals.getByRole('button', { name: 'Accept the chosen' }).click();
    await settled();
    await open(asset(list));
    await expect(page.locator('#tags')).toContainText('prices');
  });

  const describe = async (words: string) => {
    await open(asset(list));
    await page.locator('summary').filter({ hasText: 'Description' }).click();
    await page.getByLabel('Description (Markdown)').fill(words);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.locator('#description')).toContainText(words);
  };
  const first = 'Accounts, cards and loans of the bank, with their codes. One row is one product of the price list.';
  await test.step('with that, it is published', async () => {
    await describe(first);
    await open(asset(list, 'listing'));
    await page.getByLabel('What is new').fill('What one row is.');
    await page.getByRole('button', { name: 'Publish version 1.0.0' }).click();
    await settled();
    await expect(page.getByRole('main')).toContainText('Others see it just as it is here.');
    await expect(page.locator('.revision')).toContainText('What one row is.');
  });

  await test.step('the other finds it', async () => {
    await valeria.goto('/search?q=product+of+the+price+list');
    await valeria.getByRole('link', { name: 'price_list' }).click();
    await expect(valeria.getByRole('main')).toContainText('One row is one product of the price list.');
  });

  await test.step('what is written afterwards waits, side by side with what others see', async () => {
    await describe(`${first} Those no longer sold are in it.`);
    await open(asset(list, 'listing'));
    await expect(page.getByRole('main')).toContainText('You see a draft. Others see version 1.0.0.');
    await expect(page.locator('ins')).toContainText('Those no longer sold are in it.');
    await valeria.reload();
    await expect(valeria.getByRole('main')).not.toContainText('no longer sold');
    await page.getByRole('button', { name: 'Publish version 1.0.1' }).click();
    await settled();
    await valeria.reload();
    await expect(valeria.getByRole('main')).toContainText('no longer sold');
    await valeria.getByRole('link', { name: 'Listing' }).click();
    await expect(valeria.locator('.revision')).toHaveCount(2);
  });

  await test.step('deprecated, it says so, and a day that is none is refused with what was typed', async () => {
    await page.getByText('Deprecate or retire it').click();
    await page.getByLabel('What to use in its place').fill('the other one');
    await page.getByRole('button', { name: 'Deprecate it' }).click();
    await settled();
    await expect(page.locator('#successor-wrong')).toContainText('neither the URN of an asset');
    await expect(page.getByLabel('What to use in its place')).toHaveValue('the other one');
    await page.getByLabel('What to use in its place').fill(
      'urn:loggia:asset:postgres://core.guarani.example:5432;core.public.customers',
    );
    await page.getByRole('button', { name: 'Deprecate it' }).click();
    await settled();
    await valeria.reload();
    await expect(valeria.getByRole('main')).toContainText('Deprecated: build nothing new on it.');
    await page.getByRole('button', { name: 'Keep it after all' }).click();
    await settled();
    await expect(page.getByRole('main')).not.toContainText('build nothing new on it');
  });
  await other.close();
});

test('a rule says before it is saved which listings lack it, and is saved when that is confirmed', async ({
  page,
  open,
  settled,
}) => {
  await signIn(page, 'Ana Benítez');
  await open('/rules');
  await expect(page.getByRole('main')).toContainText('Listings explain themselves');
  await page.getByRole('link', { name: 'New rule' }).click();
  await settled();
  await page.getByLabel('Name', { exact: true }).fill('Fresh every day');
  await page.getByLabel('Days that the data may be old').fill('1');
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await expect(page.getByRole('alert')).toContainText('published listings lack what it asks for');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Fresh every day');
  await page.getByLabel('Save it all the same').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await settled();
  await expect(page).toHaveURL(/\/rules\/fresh-every-day$/);
  await expect(page.getByRole('heading', { name: /lack something of it/ })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await settled();
  await expect(page.getByRole('heading', { name: /Fresh every day/ })).toContainText('Paused');
});

test('many are published at once, after a look at what that would do', async ({ page, open, settled }) => {
  await signIn(page, 'Ana Benítez');
  await open('/search?q=provisions&domain=regulatory-reporting');
  await page.getByRole('link', { name: 'Publish what you may of these' }).click();
  await settled();
  await expect(page.getByRole('main')).toContainText('Nothing is published yet.');
  await page.getByRole('button', { name: /^Publish \d+ assets?$/ }).click();
  const again = page.getByRole('link', { name: 'How far it is now' });
  await expect(async () => {
    if (await again.isVisible()) await again.click();
    await expect(page.getByRole('heading', { name: 'Published' })).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole('main')).toContainText('Are out as they are');
});
