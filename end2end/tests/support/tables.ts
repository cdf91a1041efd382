// Tables of the demo, changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from './test';

/** The tables of customer analytics as the demo's catalog has them: what another test took away is there again. */
export const whole = `${process.env.LOGGIA_DEMO_CATALOG}/assets/customer-analytics.yaml`;

/** A file with a table of customer analytics as the demo's catalog has it, without one of its columns. */
export function without(folder: string, table: string, column: string): string {
  const documents = readFileSync(whole, 'utf8').split(/^---$/m);
  const document = documents.find((document) => document.includes(`urn:loggia:asset:${table}\nkind`)) ?? '';
  const less = document.replace(new RegExp(`^ {4}${column}:\\n(?: {6}.*\\n)+`, 'm'), '');
  expect(less.length).toBeLessThan(document.length);
  const file = join(folder, 'less.yaml');
  writeFileSync(file, less);
  return file;
}
