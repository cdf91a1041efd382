// How it was: a page as of an instant, and an earlier revision made the newest again.
import { type Page } from '@playwright/test';
import { asset } from '../support/places';
import { expect, test } from '../support/test';

const branches = 'postgres://core.guarani.example:5432;core.public.branches';

async function rename(page: Page, name: string): Promise<void> {
  await page.locator('summary').filter({ hasText: 'Edit Name' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.locator('form').filter({ has: page.getByLabel('Name', { exact: true }) }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
}

test('an earlier revision is seen as it was, cannot be edited there, and is restored', async ({ page, open, settled }) => {
  const heading = page.getByRole('heading', { level: 1 });
  await open(asset(branches));
  for (const name of ['First name', 'Second name', 'Third name']) {
    await rename(page, name);
    await settled();
  }
  await open(asset(branches, 'history'));
  const revision = page.locator('.revision').filter({ has: page.locator('ins', { hasText: 'Second name' }) });
  await expect(revision.locator('del')).toHaveText('First name');

  await test.step('see it as it was, on every tab', async () => {
    await revision.getByRole('link', { name: 'See it as it was' }).click();
    await settled();
    await expect(heading).toHaveText('Second name');
    await expect(page.locator('.note').filter({ hasText: 'This is how it stood at' })).toBeVisible();
    await expect(page.locator('summary').filter({ hasText: 'Edit' })).toHaveCount(0);
    await page.getByRole('link', { name: /^Columns/ }).click();
    await settled();
    await expect(heading).toHaveText('Second name');
    await expect(page).toHaveURL(/as-of=/);
    await page.getByRole('link', { name: 'See it as it is now' }).click();
    await settled();
    await expect(heading).toHaveText('Third name');
  });

  await test.step('restore it, and undo that', async () => {
    await open(asset(branches, 'history'));
    const count = await page.locator('.revision').count();
    await page.locator('.revision').filter({ has: page.locator('ins', { hasText: 'Second name' }) }).getByRole('button', { name: 'Restore this' }).click();
    await expect(page.locator('.revision')).toHaveCount(count + 1);
    await settled();
    await expect(heading).toHaveText('Second name');
    await expect(page.locator('.revision').first()).toContainText('restored revision');
    await page.getByRole('button', { name: 'Undo my last change' }).click();
    await expect(page.locator('.revision')).toHaveCount(count + 2);
    await settled();
    await expect(heading).toHaveText('Third name');
  });
});

test('a moment before anything was known is a page that says so', async ({ page, open, problems }) => {
  problems.allowStatus(404);
  await open(`${asset(branches)}?as-of=2001-01-01T00:00:00Z`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found');
});

test('a day that is chosen in the history is the whole of that day', async ({ page, open, settled }) => {
  await open(asset(branches, 'history'));
  const today = new Date().toISOString().slice(0, 10);
  await page.getByLabel('As it stood on').fill(today);
  await page.getByRole('button', { name: 'Show' }).click();
  await page.waitForURL(/as-of=/);
  await settled();
  await expect(page.getByText('This is how it stood at'), 'what was brought today stood there today').toBeVisible();
});
