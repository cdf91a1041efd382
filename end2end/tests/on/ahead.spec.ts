// A page that is fetched ahead is not a visit; opening it then is one.
import { asset } from '../support/places';
import { expect, test } from '../support/test';

// No other test changes this one.
const chargebacks = asset('postgres://payments.guarani.example:5432;payments.public.chargebacks');

test('a page is fetched ahead when the pointer rests on its link, and counted only when it is opened', async ({ page, open, server }) => {
  await open('/search?q=chargebacks&kind=table');
  const link = page.locator('.results').getByRole('link', { name: 'Chargebacks', exact: true });
  const ahead = page.context().waitForEvent('request', (request) => request.url().endsWith(chargebacks));
  await link.hover();
  const request = await ahead;
  expect((await request.allHeaders())['sec-purpose']).toMatch(/prefetch/);
  await expect(page, 'nobody has gone there').toHaveURL(/\/search/);

  const counted = page.waitForResponse((response) => response.url().includes('count_visit'));
  await link.click();
  expect((await counted).status()).toBe(200);
  await expect(page).toHaveURL(`${server.url}${chargebacks}`);
});
