// Rows in a real browser, as `cargo xtask bench data` measures them: from the click to a hundred rows, of a
// sample and of a file from disk, and how smoothly 5,000 rows by 200 columns scroll.
//
// LOGGIA_BIN is the program, LOGGIA_CHROMIUM (/usr/bin/chromium) the browser, and LOGGIA_BENCH_PYTHON a Python
// with pyarrow, which writes the files.

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const program = process.env.LOGGIA_BIN;
const python = process.env.LOGGIA_BENCH_PYTHON;
const browserPath = process.env.LOGGIA_CHROMIUM ?? '/usr/bin/chromium';
const RUNS = 7;
const NOISE = ['--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions'];

const WRITE = `
import sys, numpy, pyarrow as pa, pyarrow.parquet as pq
folder, random = sys.argv[1], numpy.random.default_rng(7)
def orders(rows):
    words = numpy.array(['pos', 'app', 'web', 'branch', 'atm', 'phone'])
    return pa.table({
        'order_id': numpy.arange(rows),
        'customer_id': random.integers(1, 90_000, rows),
        'ordered_at': (1_700_000_000_000_000 + numpy.sort(random.integers(0, 30_000_000_000_000, rows))).astype('datetime64[us]'),
        'amount': numpy.round(random.lognormal(4, 1.5, rows), 2),
        'rate': random.random(rows),
        'channel': words[random.integers(0, 6, rows)],
        'note': pa.array([f'order {number:x} of the day' for number in random.integers(0, 1 << 40, rows)]),
    })
pq.write_table(orders(600_000), f'{folder}/lake/orders.parquet', compression='zstd')
pq.write_table(orders(950_000), f'{folder}/disk.parquet', compression='zstd')
wide = {f'measure_{column}': random.random(5_000) if column % 3 else random.integers(0, 1 << 40, 5_000) for column in range(200)}
pq.write_table(pa.table(wide), f'{folder}/wide.parquet', compression='zstd')
`;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const rows = [];

function add(what, measured, bar = '', met = undefined) {
  rows.push([what, measured, bar, met === undefined ? '' : met ? 'yes' : 'NO']);
  console.error(`  ${what}: ${measured}`);
}

async function served(folder) {
  const data = join(folder, 'data');
  const sources = join(folder, 'loggia.yaml');
  const lake = { name: 'lake', files: 'lake', namespace: 'file://lake', preview: true };
  writeFileSync(sources, JSON.stringify({ sources: [lake] }));
  execFileSync(program, ['--data', data, 'harvest', 'sources', sources], { stdio: 'pipe' });
  const server = spawn(program, ['--data', data, 'serve', '--addr', '127.0.0.1:0', '--sources', sources], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOGGIA_LOG: 'error' },
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const address = line.match(/http:\/\/[\d.:]+/)?.[0];
    if (address) return { address, server };
  }
  throw new Error('the server ended before it said where it listens');
}

/** Milliseconds from an act to the first rows that are painted, and to the last that are fetched. */
async function timed(page, act) {
  await page.evaluate(() => {
    const explorer = document.querySelector('.explorer');
    explorer.removeAttribute('data-state');
    window.times = {};
    const seen = new MutationObserver(() => {
      const state = explorer.dataset.state;
      const painted = (name) => requestAnimationFrame(() => setTimeout(() => (window.times[name] ??= performance.now())));
      if (state === 'shown' || state === 'whole') painted('first');
      if (state === 'whole' || state === 'refused') painted('last');
    });
    seen.observe(explorer, { attributes: true });
    for (const event of ['pointerdown', 'change']) addEventListener(event, () => (window.times.begun ??= performance.now()), { capture: true, once: true });
  });
  await act();
  await page.waitForFunction(() => window.times.last, null, { timeout: 60_000 });
  const state = await page.locator('.explorer').getAttribute('data-state');
  if (state !== 'whole') throw new Error(`not shown: ${await page.locator('.explorer').textContent()}`);
  return page.evaluate(() => ({ first: window.times.first - window.times.begun, last: window.times.last - window.times.begun }));
}

const ready = (page) => page.waitForFunction(() => document.documentElement.dataset.islands === 'ready');

async function previews(browser, address) {
  const url = `${address}/assets/file:%2F%2Flake;orders?tab=preview`;
  const firsts = [];
  const agains = [];
  for (let run = 0; run < RUNS; run += 1) {
    // A browser that has never been here, then the same again.
    const context = await browser.newContext();
    const page = await context.newPage();
    for (const times of [firsts, agains]) {
      await page.goto(url, { waitUntil: 'networkidle' });
      await ready(page);
      times.push((await timed(page, () => page.getByRole('button', { name: /^Sort, filter and chart/ }).click())).first);
    }
    await context.close();
  }
  add('preview in the browser, from the click to its rows, the first time', `${Math.round(median(firsts))} ms`, '< 1500 ms', median(firsts) < 1500);
  add('  the modules being there', `${Math.round(median(agains))} ms`, '< 300 ms', median(agains) < 300);
}

async function fromDisk(browser, address, file) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${address}/open`, { waitUntil: 'networkidle' });
  await ready(page);
  const firsts = [];
  const lasts = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const { first, last } = await timed(page, () => page.locator('input[type=file]').setInputFiles(file));
    // The first one fetches the modules.
    if (run > 0) {
      firsts.push(first);
      lasts.push(last);
    }
  }
  const size = (statSync(file).size / 1e6).toFixed(0);
  add(`first 100 rows of a zstd file of ${size} MB from disk`, `${Math.round(median(firsts))} ms`, '< 300 ms', median(firsts) < 300);
  add('  its first 5,000', `${Math.round(median(lasts))} ms`);
  await page.context().close();
}

/** Frames while the grid scrolls by many rows and columns at each. */
async function scrolled(browser, address, file) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(`${address}/open`, { waitUntil: 'networkidle' });
  await ready(page);
  await timed(page, () => page.locator('input[type=file]').setInputFiles(file));
  await page.waitForTimeout(1_000);
  const { work, frames } = await page.evaluate(
    () =>
      new Promise((done) => {
        const grid = document.querySelector('.grid');
        const begun = performance.now();
        const work = [];
        let frames = 0;
        const step = () => {
          frames += 1;
          const at = performance.now();
          grid.scrollTop += 97;
          grid.scrollLeft += 41;
          // What this frame still has to do: the grid's own drawing, style, layout and paint.
          setTimeout(() => work.push(performance.now() - at));
          if (at - begun < 4_000) requestAnimationFrame(step);
          else done({ work, frames: frames / ((at - begun) / 1_000) });
        };
        requestAnimationFrame(step);
      }),
  );
  const p95 = work.toSorted((one, other) => one - other)[Math.floor(work.length * 0.95)];
  add('5,000 rows by 200 columns scroll at', `${frames.toFixed(0)} frames/s`, '60', frames >= 59.5);
  add('  a frame takes, p95', `${p95.toFixed(1)} ms`, '< 16 ms', p95 < 16);
  await page.context().close();
}

const folder = mkdtempSync(join(tmpdir(), 'loggia-bench-rows-'));
let server;
let browser;
try {
  mkdirSync(join(folder, 'lake'));
  execFileSync(python, ['-c', WRITE, folder], { stdio: 'pipe' });
  const running = await served(folder);
  server = running.server;
  browser = await chromium.launch({ executablePath: browserPath, args: NOISE });
  await previews(browser, running.address);
  await fromDisk(browser, running.address, join(folder, 'disk.parquet'));
  await scrolled(browser, running.address, join(folder, 'wide.parquet'));
} finally {
  await browser?.close();
  server?.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
const widths = [0, 1, 2, 3].map((place) => Math.max(...rows.map((row) => row[place].length)));
for (const row of rows) console.log(row.map((cell, place) => cell.padEnd(widths[place])).join('  ').trimEnd());
