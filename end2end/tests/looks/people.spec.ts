// The pages of signing in and of roles, as those see them who have accounts.
import { people } from '../support/people';
import { asset, churnPredictions, customers } from '../support/places';
import { test } from '../support/test';
import { isWellMade } from '../support/wellMade';

test.use({ people });

const tried = 'forbid (principal, action == Action::"read", resource in DomainUnit::"retail-banking") unless { principal == Person::"ana.benitez" };';

test('the page to sign in is well made', async ({ page, open }) => {
  await open('/sign-in');
  await isWellMade(page);
});

test('the pages of who may do what are well made', async ({ page, open, problems, settled }) => {
  problems.allowStatus(403);
  problems.allowStatus(404);
  await open('/sign-in');
  await page.getByRole('button', { name: 'Ana Benítez' }).click();
  await settled();
  for (const path of [
    '/domains/customer-analytics',
    '/organisation',
    '/account',
    '/',
    '/policies',
    '/projects',
    '/projects/customer-360',
    '/projects/customer-master',
    '/new/project',
    '/responsibilities/urn:loggia:domain-unit:payments',
    '/domains/regulatory-reporting',
    '/people/ana.benitez',
    '/new/policy',
    `/policies/try?name=Tried&text=${encodeURIComponent(tried)}`,
    asset(customers).replace('/assets/', '/access/urn:loggia:asset:'),
  ]) {
    await open(path);
    for (const summary of await page.locator('details.edit > summary').all()) await summary.click();
    await isWellMade(page);
  }
  await open('/sign-in');
  await page.getByRole('button', { name: 'Noelia Franco' }).click();
  await settled();
  for (const path of ['/sources', asset(churnPredictions)]) {
    await open(path);
    await isWellMade(page);
  }
});
