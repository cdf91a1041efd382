// What a harvest brings while people read: dbt's artifacts through the command line, beside the server.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '../support/test';

const root = join(import.meta.dirname, '../../..');
const fixtures = join(root, 'crates/formats/tests/fixtures/dbt');
/** Artifacts of other people's projects, where this checkout has them beside it. */
const shared = join(root, '../shared/data/dbt');

test('a dbt project is harvested beside the running server, found, and read with its lineage', async ({ page, open, settled, server }) => {
  await open('/');
  const artifact = (name: string) => join(fixtures, `${name}.json.gz`);
  const harvest = ['harvest', 'dbt', '--manifest', artifact('manifest'), '--catalog', artifact('catalog')];
  const said = await server.loggia(...harvest, '--run-results', artifact('run_results'), '--sources', artifact('sources'));
  expect(said).toMatch(/dbt:guarani: \d+ added, .* 0 refused/);

  const box = page.getByRole('main').getByRole('searchbox');
  await box.fill('arrears');
  await box.press('Enter');
  await page.waitForURL(/q=arrears/);
  await settled();
  const hit = page.locator('.results .result').filter({ hasText: 'duckdb' });
  await hit.getByRole('link', { name: 'arrears', exact: true }).click();
  await settled();
  await expect(page.getByRole('main')).toContainText('One row a loan that is more than 30 days late.');
  await expect(page.locator('#description .source')).toContainText('From dbt:guarani');
  await expect(page.locator('#tags')).toContainText('regulatory');

  await page.getByRole('link', { name: /^Columns/ }).click();
  await settled();
  await expect(page.locator('table.columns tbody tr')).not.toHaveCount(0);
  await expect(page.locator('table.columns tbody')).toContainText('INTEGER');

  await page.getByRole('link', { name: /^Quality/ }).click();
  await settled();
  await expect(page.getByRole('table')).toContainText('not_null');

  await page.getByRole('link', { name: /^Lineage/ }).click();
  await settled();
  const upstream = page.getByRole('region', { name: /^Where it comes from/ });
  await expect(upstream.getByRole('link', { name: 'stg_customers' })).toBeVisible();
  await expect(page.getByRole('region', { name: /^What is made from it/ })).toContainText('Arrears board');
  await upstream.getByRole('link', { name: 'stg_customers' }).click();
  await settled();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('stg_customers');

  const again = await server.loggia(...harvest, '--run-results', artifact('run_results'), '--sources', artifact('sources'));
  expect(again, 'a second harvest changes nothing').toMatch(/dbt:guarani: 0 added, 0 changed/);
});

// Present or not, never skipped: a test that is skipped counts as failed.
if (existsSync(shared)) {
  for (const manifest of ['manifest.v5', 'manifest.v8', 'manifest.v10', 'manifest.v12.dbt1.9', 'manifest.dbt1.12']) {
    test(`another project's ${manifest} is harvested, and its customers are found`, async ({ page, open, settled, server }) => {
      await server.loggia('harvest', 'dbt', '--manifest', join(shared, `${manifest}.json.gz`));
      await open(`/search?q=${manifest === 'manifest.v5' ? 'dim_customers' : 'stg_customers'}`);
      const hits = page.locator('.results .result').filter({ hasText: /bigquery|duckdb/ });
      await hits.first().getByRole('link').click();
      await settled();
      await expect(page.getByRole('heading', { level: 1 })).toContainText('customers');
      await page.getByRole('link', { name: /^Columns/ }).click();
      await settled();
      await expect(page.locator('table.columns tbody')).toContainText('customer_id');
      await page.getByRole('link', { name: /^Lineage/ }).click();
      await settled();
      await expect(page.locator('.lineage .result')).not.toHaveCount(0);
    });
  }
}
