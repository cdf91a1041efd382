// Whoever asks what a policy would do sees that it is being looked at, however long it takes.
import { people } from '../support/people';
import { expect, test } from '../support/test';

test.use({ people });

test('a trial that takes its time says that it is going on', async ({ page, open }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Ana Benítez' }).click();
  await open('/new/policy');
  await page.getByLabel('Name', { exact: true }).fill('Nobody samples');
  await page.getByLabel('Policy', { exact: true }).fill('forbid (principal, action == Action::"sample", resource) unless { principal == Person::"ana.benitez" };');
  let goOn = (): void => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route('**/policies/try?*', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest(/trial_progress/);
  await page.getByRole('button', { name: 'See what it would do' }).click({ noWaitAfter: true });
  await expect(page.getByRole('status').filter({ hasText: 'Looking at what everybody would gain and lose' })).toBeVisible();
  expect((await asked).postData()).toMatch(/ticket=\d/);
  goOn();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('would do');
  await page.goBack();
  await expect(page.getByText('Looking at what everybody')).toHaveCount(0);
});
