// Light and dark by choice, kept by a cookie and not by a script.
import { expect, test } from '../support/test';

test('dark is chosen, stays over navigation, and is given back to the system', async ({ page, open, settled }) => {
  const html = page.locator('html');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const surface = () =>
    page.evaluate(() => {
      const [html, body] = [document.documentElement, document.body].map((element) => getComputedStyle(element));
      return [html.backgroundColor, body.backgroundColor, body.color].join(' ');
    });
  await open('/search?q=customer+churn&kind=table');
  await expect(button('System')).toHaveAttribute('aria-pressed', 'true');
  const light = await surface();

  await button('Dark').click();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await settled();
  await expect(page, 'the reader is where they were').toHaveURL(/\/search\?q=customer\+churn&kind=table$/);
  await expect(button('Dark')).toHaveAttribute('aria-pressed', 'true');
  expect(await surface()).not.toBe(light);
  const dark = await surface();

  await page.getByRole('link', { name: 'Glossary', exact: true }).click();
  await settled();
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await open('/browse');
  expect(await surface()).toBe(dark);

  await button('System').click();
  await expect(button('System')).toHaveAttribute('aria-pressed', 'true');
  await settled();
  expect(await surface()).toBe(light);
});
