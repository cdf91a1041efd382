// The story that the catalog is for: somebody looks for data, judges it, improves its words, and follows
// where it comes from.
import { asset, churnPredictions } from '../support/places';
import { expect, test } from '../support/test';

test('somebody finds churn predictions, describes them better, takes it back and follows the lineage', async ({
  page,
  settled,
  open,
}) => {
  const results = page.locator('.results .result');
  const heading = page.getByRole('heading', { level: 1 });

  await test.step('search from the first page', async () => {
    await open('/');
    const box = page.getByRole('main').getByRole('searchbox');
    await box.fill('customer churn');
    await box.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=customer\+churn$/);
    await settled();
    await expect(heading).toContainText('customer churn');
    await expect(page.getByRole('banner').getByRole('searchbox')).toHaveValue('customer churn');
    // What is called exactly so comes before what has more words; one dashboard's technical name is just so too.
    await expect(results.nth(0).or(results.nth(1)).getByRole('link', { name: 'Customer churn', exact: true })).toBeVisible();
  });

  await test.step('narrow by two facets, whose counts are true', async () => {
    for (const [facet, value] of [['Domain', 'Customer Analytics'], ['Kind', 'File set']]) {
      const choice = page.getByRole('region', { name: facet, exact: true }).getByRole('link', { name: value });
      const count = await choice.locator('data').getAttribute('value');
      await choice.click();
      await settled();
      await expect(heading).toHaveText(new RegExp(`^${count} results? for`));
      await expect(page.getByRole('list', { name: 'Chosen' })).toContainText(`${facet}: ${value}`);
    }
    await expect(results).toHaveCount(2);
  });

  await test.step('open the asset and read its columns', async () => {
    await results.getByRole('link', { name: 'Customer churn predictions' }).click();
    await settled();
    await expect(heading).toHaveText('Customer churn predictions');
    await expect(page.locator('#trust')).toContainText('Joaquín Villalba');
    await page.getByRole('navigation', { name: 'About this asset' }).getByRole('link', { name: 'Columns' }).click();
    await settled();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'churn_probability' }) });
    await expect(row).toContainText('Churn probability');
  });

  const description = page.locator('#description');
  const before = 'how likely they are to leave within 90 days';
  const after = 'Scores of the pilot, for the quokka campaign only. One row is one customer.';

  await test.step('edit the description, and see who said it and when', async () => {
    await page.getByRole('link', { name: 'Overview' }).click();
    await settled();
    await expect(description).toContainText(before);
    await page.locator('summary').filter({ hasText: 'Description' }).click();
    const field = page.getByLabel('Description (Markdown)');
    await expect(field).toHaveValue(new RegExp(before));
    await field.fill(after);
    await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
    await expect(description).toContainText(after);
    await expect(description).not.toContainText(before);
    await expect(description.locator('.source')).toHaveText(/^Written by Someone at this machine, (just now|1 minute ago)$/);
    await expect(description.locator('time')).toHaveAttribute('datetime', /^20\d\d-\d\d-\d\dT[\d:.]+Z$/);
  });

  await test.step('it is a draft until it is published', async () => {
    await page.getByRole('link', { name: 'Listing', exact: true }).click();
    await settled();
    await expect(page.locator('ins').first()).toContainText('quokka');
    await page.getByLabel('What is new').fill('For which campaign.');
    await page.getByRole('button', { name: 'Publish version 1.1.0' }).click();
    await settled();
    await expect(page.getByRole('main')).toContainText('Others see it just as it is here.');
  });

  await test.step('the next search knows it', async () => {
    const box = page.getByRole('banner').getByRole('searchbox');
    await box.fill('quokka');
    await box.press('Enter');
    await expect(page).toHaveURL(/q=quokka/);
    await settled();
    await expect(heading).toHaveText(/^1 result for/);
    await expect(results.first().locator('mark')).toHaveText('quokka');
    await results.getByRole('link', { name: 'Customer churn predictions' }).click();
    await settled();
  });

  await test.step('the history shows the difference, and takes it back', async () => {
    await page.getByRole('link', { name: 'History' }).click();
    await settled();
    await expect(page.locator('.revision').first()).toContainText('published 1.1.0: For which campaign.');
    const newest = page.locator('.revision').nth(1);
    await expect(newest).toContainText('Someone at this machine');
    await expect(newest).toContainText('in the browser');
    await expect.soft(newest.locator('del')).toContainText(before);
    await expect.soft(newest.locator('ins')).toHaveText(after);
    const revisions = await page.locator('.revision').count();
    // First that it was published, and then the words.
    for (const more of [1, 2]) {
      await page.getByRole('button', { name: 'Undo my last change' }).click();
      await expect(page.locator('.revision')).toHaveCount(revisions + more);
      await expect(page).toHaveURL(/tab=history/);
      await settled();
    }
    await page.getByRole('link', { name: 'Overview' }).click();
    await settled();
    await expect(description).toContainText(before);
    await expect(description.locator('.source')).toContainText('From the catalog as code');
  });

  await test.step('follow one link upstream', async () => {
    await page.getByRole('link', { name: /^Lineage/ }).click();
    await settled();
    const upstream = page.getByRole('region', { name: /^Where it comes from/ });
    await expect(upstream.getByRole('link')).toHaveText(['Customer churn features', 'Customer churn model']);
    await upstream.getByRole('link', { name: 'Customer churn model' }).click();
    await expect(heading).toHaveText('Customer churn model');
    await open(asset(churnPredictions, 'lineage'));
    await expect(page.getByRole('region', { name: /^What is made from it/ })).toContainText('2 assets');
  });
});
