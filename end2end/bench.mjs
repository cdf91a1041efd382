// The pages in a real browser, as `cargo xtask bench` measures them: what a first visit downloads,
// Lighthouse's scores, and the first paint of a table of 30,000 columns.
//
// LOGGIA_BIN is the program; LOGGIA_DEMO_CATALOG (demo/catalog) and LOGGIA_DEMO_FILES (none) are what it
// is filled with; LOGGIA_CHROMIUM (/usr/bin/chromium) is the browser. `--quick` runs Lighthouse once,
// `--markdown` prints the table as Markdown.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';

const program = process.env.LOGGIA_BIN;
const demo = process.env.LOGGIA_DEMO_CATALOG ?? new URL('../demo/catalog', import.meta.url).pathname;
const files = process.env.LOGGIA_DEMO_FILES;
const browserPath = process.env.LOGGIA_CHROMIUM ?? '/usr/bin/chromium';
const quick = process.argv.includes('--quick');
const runs = quick ? 1 : 5;

const COLUMNS = 30_000;
const WIDE = 'urn:loggia:asset:postgres://bench:5432;core.public.wide_quetzal';
const NOISE = ['--no-sandbox', '--disable-dev-shm-usage', '--no-first-run', '--disable-extensions'];

const rows = [];

/** Takes a line of the table; `met` is undefined where there is no bar. */
function add(what, measured, bar = '', met = undefined) {
  rows.push([what, measured, bar, met === undefined ? '' : met ? 'yes' : 'NO']);
  console.error(`  ${what}: ${measured}`);
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
const ms = (time) => (time < 1000 ? `${Math.round(time)} ms` : `${(time / 1000).toFixed(2)} s`);

/** A table that no source has, as one line of the catalog's own JSON. */
function wideAsset() {
  const words = ['customer', 'account', 'balance', 'loan', 'payment', 'risk', 'mortgage', 'limit', 'score', 'branch'];
  const types = ['bigint', 'varchar(20)', 'decimal(18,2)', 'date', 'boolean'];
  const columns = {};
  for (let number = 0; number < COLUMNS; number += 1) {
    const [one, other] = [words[number % 10], words[Math.floor(number / 10) % 10]];
    columns[`${one}_${other}_${number}`] = {
      type: types[number % types.length],
      ...(number % 3 === 0 ? { description: `The ${one} of the ${other} at the end of the day.` } : {}),
    };
  }
  const facts = { name: 'Wide quetzal', type: 'table', platform: 'postgres', description: 'Very wide.', columns };
  const layer = { at: '2026-01-01T00:00:00Z', by: 'bench', facts };
  return JSON.stringify({ urn: WIDE, kind: 'asset', body: { code: layer } });
}

/** A server over a catalog of its own; `ended` stops it and takes the catalog away. */
async function served() {
  const folder = mkdtempSync(join(tmpdir(), 'loggia-bench-pages-'));
  const data = join(folder, 'data');
  // What it says is shown only where it fails, in the error.
  const verb = (...words) => execFileSync(program, ['--data', data, ...words], { stdio: 'pipe' });
  verb('apply', '--yes', demo);
  if (files) verb('harvest', 'files', files, '--namespace', 'file://banco-guarani');
  const wide = join(folder, 'wide.jsonl');
  writeFileSync(wide, `${wideAsset()}\n`);
  verb('apply', '--yes', wide);
  verb('index');
  const server = spawn(program, ['--data', data, 'serve', '--addr', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, LOGGIA_LOG: 'error' },
  });
  const ended = async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for await (const line of createInterface({ input: server.stdout })) {
    const address = line.match(/http:\/\/\S+/)?.[0];
    if (address) return { address, ended };
  }
  await ended();
  throw new Error('the server ended before it said where it listens');
}

/** The three pages that every bar is about. */
async function pages(address) {
  const search = '/search?q=customer';
  const found = await (await fetch(address + search)).text();
  const asset = found.match(/href="(\/assets\/[^"?]+)"/)?.[1];
  if (!asset) throw new Error('the demo has no asset that a search for "customer" finds');
  return { home: '/', search, asset: asset.replaceAll('&amp;', '&') };
}

/** What a browser that has never been here downloads for one page, by sort of file. */
async function firstVisit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const sorts = new Map();
  const sum = { code: 0, all: 0 };
  network.on('Network.responseReceived', ({ requestId, response }) => sorts.set(requestId, response.mimeType));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sum.all += encodedDataLength;
    if (/javascript|wasm/.test(sorts.get(requestId) ?? '')) sum.code += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  const islands = await page.locator('leptos-island').count();
  if (islands > 0) {
    await page.waitForFunction(() => document.documentElement.dataset.islands === 'ready', null, { timeout: 10_000 });
  }
  await context.close();
  return { ...sum, islands };
}

/** From the navigation to the first contentful paint, in a browser that has never been here. */
async function firstPaint(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  const paint = await page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0];
          if (entry) resolve(entry.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await context.close();
  return paint;
}

async function measureVisits(browser, address, places) {
  for (const [name, path] of Object.entries(places)) {
    const { code, all, islands } = await firstVisit(browser, address + path);
    // Without the islands there is nothing to weigh: then the build has no browser's side.
    const note = islands > 0 && code === 0 ? ' (this build has no WASM)' : '';
    add(`first visit to ${name}: WASM + JS, brotli`, `${kb(code)} of ${kb(all)}${note}`, '< 150 KB', code < 150_000 && !note);
  }
}

async function measureWideTable(browser, address) {
  const path = `/assets/${encodeURIComponent(WIDE.replace('urn:loggia:asset:', ''))}?tab=columns`;
  const times = [];
  for (let time = 0; time < Math.max(runs, 3); time += 1) times.push(await firstPaint(browser, address + path));
  const paint = median(times);
  add(`table of ${COLUMNS.toLocaleString('en')} columns: first paint`, ms(paint), '< 300 ms', paint < 300);
}

const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

async function lighthouseRun(url) {
  const chrome = await launch({ chromePath: browserPath, chromeFlags: ['--headless=new', ...NOISE], logLevel: 'error' });
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, output: 'json', logLevel: 'error', onlyCategories: CATEGORIES });
    const score = (name) => Math.round((lhr.categories[name].score ?? 0) * 100);
    const audit = (name) => lhr.audits[name].numericValue ?? Number.NaN;
    // Only what a category's score is made of.
    const lost = (name) =>
      lhr.categories[name].auditRefs.filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9).map(({ id }) => id);
    return {
      scores: CATEGORIES.map(score),
      lcp: audit('largest-contentful-paint'),
      tbt: audit('total-blocking-time'),
      cls: audit('cumulative-layout-shift'),
      failed: CATEGORIES.flatMap(lost),
    };
  } finally {
    await chrome.kill();
  }
}

async function measureLighthouse(address, places) {
  for (const [name, path] of Object.entries(places)) {
    const all = [];
    for (let run = 0; run < runs; run += 1) all.push(await lighthouseRun(address + path));
    const scores = CATEGORIES.map((_, place) => median(all.map((one) => one.scores[place])));
    const [lcp, tbt, cls] = ['lcp', 'tbt', 'cls'].map((key) => median(all.map((one) => one[key])));
    const of = `Lighthouse on ${name}`;
    add(`${of}: performance, accessibility, best practices, SEO`, scores.join(', '), '>= 98 each', scores.every((one) => one >= 98));
    const vitals = `${ms(lcp)}, ${ms(tbt)}, ${cls.toFixed(3)}`;
    add(`${of}: LCP, TBT, CLS`, vitals, '<= 1.2 s, <= 150 ms, <= 0.02', lcp <= 1200 && tbt <= 150 && cls <= 0.02);
    const failed = [...new Set(all.flatMap((one) => one.failed))];
    if (failed.length > 0) console.error(`    lost there: ${failed.join(', ')}`);
  }
}

function table() {
  const head = ['what', 'measured', 'bar', 'met'];
  const lighthouseVersion = JSON.parse(readFileSync(new URL('node_modules/lighthouse/package.json', import.meta.url))).version;
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.ceil(totalmem() / 2 ** 30)} GiB of memory; Lighthouse ${lighthouseVersion}, mobile, median of ${runs}`;
  if (process.argv.includes('--markdown')) {
    const line = (cells) => `| ${cells.join(' | ')} |`;
    return [line(head), '| --- | --- | --- | --- |', ...rows.map(line), '', machine].join('\n');
  }
  const widths = head.map((_, place) => Math.max(...[head, ...rows].map((cells) => cells[place].length)));
  const line = (cells) => cells.map((cell, place) => cell.padEnd(widths[place])).join('  ').trimEnd();
  return [...[head, ...rows].map(line), '', machine].join('\n');
}

if (!program) {
  console.error('bench.mjs: LOGGIA_BIN does not name the program to measure');
  process.exit(1);
}
const { address, ended } = await served();
try {
  const places = await pages(address);
  const browser = await chromium.launch({ executablePath: browserPath, args: NOISE });
  try {
    await measureVisits(browser, address, places);
    await measureWideTable(browser, address);
  } finally {
    await browser.close();
  }
  await measureLighthouse(address, places);
} finally {
  await ended();
}
console.log(table());
