// What people and other sites send that they should not.
import { errors } from '../support/places';
import { asset, customers } from '../support/places';
import { expect, test } from '../support/test';

for (const [name, path, status] of errors) {
  test(`${name}: an answer of ${status} with a way on`, async ({ page, open, problems, settled }) => {
    problems.allowStatus(status);
    const answer = page.waitForResponse((response) => response.request().isNavigationRequest());
    await open(path);
    expect((await answer).status()).toBe(status);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByText(`Status ${status}`)).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Search everything' }).click();
    await settled();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('results');
  });
}

test('a page number on the first page is nobody’s business', async ({ page, open }) => {
  await open('/?page=-1');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What data do you need?');
});

test('a query of 1,001 characters is refused in words', async ({ page, open, problems }) => {
  problems.allowStatus(400);
  await open(`/search?q=${'a'.repeat(1001)}`);
  await expect(page.getByRole('main')).toContainText('1001 characters');
  // The box itself takes no more than the longest that is answered.
  await open('/');
  const box = page.getByRole('main').getByRole('searchbox');
  await box.pressSequentially('b');
  await expect(box).toHaveAttribute('maxlength', '1000');
});

test('a query of 100 kB is refused, and the server goes on', async ({ page, open, request }) => {
  const answer = await request.get(`/search?q=${'a'.repeat(100_000)}`);
  expect(answer.status()).toBeGreaterThanOrEqual(400);
  expect(answer.status()).toBeLessThan(500);
  await open('/search?q=customer');
  await expect(page.locator('.results .result').first()).toBeVisible();
});

test('odd queries are words, not commands', async ({ page, open }) => {
  for (const query of ['"', '(((', 'a AND', '*', 'name:', '+-!', '\\', '%00', '<script>', '🦦', "' OR 1=1"]) {
    await open(`/search?q=${encodeURIComponent(query)}`);
    await expect(page.getByRole('heading', { level: 1 }), query).toContainText(/results?/);
  }
});

test('another site’s form changes nothing', async ({ page, open, request, server }) => {
  const path = asset(customers);
  await open(path);
  const action = await page.locator('form').filter({ has: page.locator('#edit-name') }).getAttribute('action');
  const form = { urn: `urn:loggia:asset:${customers}`, field: 'name', value: 'Taken over', back: '/' };
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${server.url}.evil.example` },
    { origin: server.url, 'sec-fetch-site': 'cross-site' },
    {},
  ]) {
    for (const accept of ['text/html', 'application/json']) {
      const answer = await request.post(action ?? '', { form, headers: { ...headers, accept }, maxRedirects: 0 });
      expect(answer.status(), JSON.stringify(headers)).toBe(403);
    }
  }
  // Reading is all that a GET can do.
  const read = await request.get(`${action}?${new URLSearchParams(form)}`, { maxRedirects: 0 });
  expect(read.status()).toBeGreaterThanOrEqual(400);
  await open(path);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Customers');

  // The same from a page of ours is taken: what stopped the others was where they came from.
  const own = await request.post(action ?? '', {
    form: { ...form, value: 'Customers of the bank' },
    headers: { origin: server.url, accept: 'application/json' },
  });
  expect(own.ok()).toBe(true);
  await open(path);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Customers of the bank');
});

test('a form leads back to this catalog only', async ({ request, server }) => {
  for (const back of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const answer = await request.post('/do/loggia_app/forms/set_theme', {
      form: { theme: 'dark', back },
      headers: { origin: server.url, accept: 'text/html' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(303);
    expect(answer.headers().location).toBe('/');
  }
});

test('a description with scripts, images and foreign links is shown harmless', async ({ page, open, settled }) => {
  let alarmed = false;
  page.on('dialog', (dialog) => {
    alarmed = true;
    void dialog.dismiss();
  });
  const survey = 'mysql://crm.guarani.example:3306;crm.survey_answers';
  await open(asset(survey));
  await page.locator('summary').filter({ hasText: 'Edit Description' }).click();
  const field = page.getByLabel('Description (Markdown)');
  await field.fill(
    [
      'Harmless **words** stay.',
      '<script>alert("script")</script><img src="https://evil.example/pixel.png" onerror="alert(1)">',
      '![pixel](https://evil.example/other.png) <iframe src="https://evil.example"></iframe>',
      '[press me](javascript:alert(2)) <a href="data:text/html,x" onclick="alert(3)">or me</a> [out](https://example.com/)',
      '<style>body { display: none }</style><form action="https://evil.example"><input name="card"></form>',
      '</textarea></div></main><b id="broken-out">loose</b>',
    ].join('\n\n'),
  );
  await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Save' }).click();
  const shown = page.locator('#description');
  await expect(shown.locator('strong')).toHaveText('words');
  await settled();
  await expect(shown.locator('script, img, iframe, style, form, input, [onclick], [onerror], [id]:not(#description)')).toHaveCount(0);
  await expect(shown.locator('a[href^="javascript"], a[href^="data"]')).toHaveCount(0);
  await expect(shown.getByRole('link', { name: 'out' })).toHaveAttribute('rel', /noopener/);
  await expect(page.locator('#broken-out'), 'the form holds it').toHaveCount(0);
  // In the form, in a list and in the history it is text.
  await expect(field).toHaveValue(/<script>alert\("script"\)<\/script>/);
  await open('/search?q=harmless+words');
  await expect(page.locator('.results .result').first()).toContainText('Harmless words stay.');
  await open(asset(survey, 'history'));
  await expect(page.locator('.revision').first()).toContainText('<script>');
  expect(alarmed, 'nothing ran').toBe(false);
});

test('a name is a name wherever it stands: title, heading, form, list, history', async ({ page, open, settled }) => {
  const name = `</title></textarea><b class="broken-out">"Loose" & 'free'</b>`;
  await open('/new/domain-unit');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Description (Markdown)').fill(name);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
  await settled();
  await expect(page).toHaveTitle(`${name} · Loggia`);
  const own = new URL(page.url()).pathname;
  for (const path of [own, '/browse', '/search?q=loose+free', own.replace('/domains/', '/history/urn:loggia:domain-unit:')]) {
    await open(path);
    await expect(page.getByText(`"Loose" & 'free'`).first(), path).toBeVisible();
    await expect(page.locator('.broken-out'), path).toHaveCount(0);
  }
  await open(own.replace('/domains/', '/edit/urn:loggia:domain-unit:'));
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
  await expect(page.getByLabel('Description (Markdown)')).toHaveValue(name);
  await expect(page.locator('.broken-out')).toHaveCount(0);
});
