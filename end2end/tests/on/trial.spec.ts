// Whoever asks what a policy would do sees that it is being looked at, however long it takes.
import { people } from '../support/people';
import { expect, test } from '../support/test';

test.use({ people });

test('a trial that takes its time says that it is going on', async ({ page, open }) => {
  // Whatever is asked of a page waits for the one that is on its way: the page tells by itself.
  await page.addInitScript(() => {
    const tell = (): void => {
      const said = [...document.querySelectorAll('[role=status]')].map((place) => place.textContent).join(' ');
      if (said.includes('Looking at')) console.info(`told: ${said}`);
    };
    new MutationObserver(tell).observe(document, { subtree: true, childList: true, characterData: true });
  });
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
  const told = page.waitForEvent('console', (message) => message.text().startsWith('told: '));
  const asked = page.waitForRequest(/trial_progress/);
  await page.getByRole('button', { name: 'See what it would do' }).click({ noWaitAfter: true });
  expect((await told).text()).toContain('Looking at what everybody would gain and lose');
  expect((await asked).postData()).toMatch(/ticket=\d/);
  goOn();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('would do');
  await page.goBack();
  await expect(page.getByText('Looking at what everybody')).toHaveCount(0);
});
