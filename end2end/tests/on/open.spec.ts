// A file of the reader's own: it is shown, or refused with a reason, and the page goes on.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Page } from '@playwright/test';
import { expect, test } from '../support/test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

const explorer = (page: Page) => page.locator('.explorer');

interface Given {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const csv = (name: string, text: string | Buffer): Given => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

async function choose(page: Page, file: Given | string): Promise<void> {
  await page.getByLabel('Choose a Parquet or CSV file').setInputFiles(file);
}

async function shows(page: Page, file: Given | string): Promise<void> {
  await choose(page, file);
  await expect(explorer(page)).toHaveAttribute('data-state', 'whole');
}

async function refuses(page: Page, file: Given, why: string | RegExp): Promise<void> {
  await choose(page, file);
  await expect(page.getByRole('alert')).toContainText(why);
  await expect(explorer(page)).toHaveAttribute('data-state', 'refused');
}

test('a CSV file is shown with its types, and nothing of it is sent', async ({ page, open }) => {
  await open('/open');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${request.postData() ?? ''}`));
  await shows(page, csv('people.csv', 'id;name;born;amount\n1;Ana;1990-05-17;1234567.5\n2;;1985-01-02;\n'));
  await expect(page.locator('.grid-status')).toContainText('All 2 rows, 4 columns');
  await expect(page.getByRole('columnheader', { name: 'born' })).toContainText('date');
  const row = page.locator('.grid-row[aria-rowindex="2"]');
  await expect(row, 'numbers and dates as the reader writes them').toContainText('1,234,567.5');
  await expect(row).toContainText('17 May 1990');
  await expect(page.locator('.grid-row[aria-rowindex="3"]')).toContainText('null');
  expect(sent.filter((request) => request !== 'GET '), 'nothing but what the page is made of').toEqual([]);

  await shows(page, csv('packed.csv.gz', gzipSync('a,b\n1,x\n2,y\n')));
  await expect(page.locator('.grid-status')).toContainText('All 2 rows, 2 columns');
});

test('a file that the catalog has is found by its columns', async ({ page, open, settled }) => {
  await open('/open');
  await shows(page, join(process.env.LOGGIA_DEMO_FILES ?? '', 'customer_360/churn_predictions.parquet'));
  await page.getByRole('button', { name: 'Is this already in the catalog?' }).click();
  const first = page.locator('.alike-found li').first();
  await expect(first).toContainText('customer_360/churn_predictions');
  await expect(first).toContainText(/(\d+) of \1 columns here, \1 of the same type; it has \1/);
  await first.getByRole('link').click();
  await settled();
  await expect(page).toHaveURL(/\/assets\/.*churn_predictions/);
});

test('a file that the catalog does not have is not found', async ({ page, open }) => {
  await open('/open');
  await shows(page, csv('other.csv', 'zzqq,wwkk\n1,2\n'));
  await page.getByRole('button', { name: 'Is this already in the catalog?' }).click();
  await expect(page.getByText('No table of the catalog has enough of these columns.')).toBeVisible();
});

test('what is no table is refused with the reason, and another file is opened after it', async ({ page, open }) => {
  await open('/open');
  await refuses(page, csv('empty.csv', ''), 'empty.csv is empty.');
  await refuses(page, csv('picture.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0])), 'picture.png is neither Parquet nor CSV.');
  await refuses(page, csv('ragged.csv', 'a,b\n1,2\n3\n'), 'ragged.csv has 2 fields in its first line, and 1 in line 3.');
  await refuses(page, csv('latin.csv', Buffer.from('a\nse\xf1or\n', 'latin1')), 'is not UTF-8 in line 2');
  await refuses(page, csv('cut.parquet', 'PAR1 and then nothing'), 'was it written to the end?');
  await refuses(page, csv('quote.csv', `a,"b\n${'x,y\n'.repeat(1_200_000)}`), 'is a quote never closed?');
  await refuses(page, csv('<b>bold</b>.csv', ''), '<b>bold</b>.csv is empty.');
  await shows(page, csv('good.csv', 'a\n1\n'));
});

test('the first rows of a large file are shown, and it says of how many', async ({ page, open }) => {
  await open('/open');
  const rows = Array.from({ length: 400_000 }, (_, row) => `${row},name ${row},${row / 7}`);
  await shows(page, csv('large.csv', `id,name,share\n${rows.join('\n')}\n`));
  await expect(page.locator('.grid-status')).toContainText('The first 5,000 rows, 3 columns');
  await shows(page, join(process.env.LOGGIA_DEMO_FILES ?? '', 'customer_360/accounts.parquet'));
  await expect(page.locator('.grid-status')).toContainText(/rows, \d+ columns/);
});

// Files that readers have tripped over. The table in docs/PARQUET_TESTING.md says what becomes of each.
const others = join(root, '../shared/data/parquet-testing');
const table = readFileSync(join(root, 'docs/PARQUET_TESTING.md'), 'utf8');
const documented = table.split('\n').flatMap((line) => {
  const [, file, , , browser, why] = /^\| `(.+?)` \| (\w+) \| (.*?) ?\| (\w+) \| (.*?) ?\|$/.exec(line) ?? [];
  return file ? [{ file, isShown: browser === 'shown', why }] : [];
});

test('the table of parquet-testing has its files', () => expect(documented).toHaveLength(31));

if (existsSync(others)) {
  test('files that others wrote are shown or refused as the docs say, and no tab hangs', async ({ page, open }) => {
    test.setTimeout(240_000);
    await open('/open');
    const found: string[] = [];
    for (const { file } of documented) {
      await choose(page, join(others, file));
      await expect(explorer(page)).toHaveAttribute('data-state', /whole|refused/, { timeout: 45_000 });
      const isShown = (await explorer(page).getAttribute('data-state')) === 'whole';
      const said = isShown ? '' : ((await page.getByRole('alert').textContent()) ?? '');
      const name = file.split('/').pop() ?? '';
      found.push(`${file}: ${isShown ? 'shown' : 'refused'} ${said.replace(`${name} `, '').replace(/\.$/, '')}`.trim());
    }
    expect(found).toEqual(documented.map(({ file, isShown, why }) => `${file}: ${isShown ? 'shown' : 'refused'} ${why}`.trim()));
  });
}
