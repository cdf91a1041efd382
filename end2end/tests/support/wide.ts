// Tables with more columns than anybody reads, taken in by the command line beside the running server.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asset } from './places';
import type { Server } from './server';

export interface Wide {
  path: (tab?: string) => string;
  columns: number;
}

/** A table of so many columns, `c00001` up. Every hundredth is described, every tenth is a date. */
export async function wideTable(server: Server, columns: number): Promise<Wide> {
  const name = `wide_${columns}`;
  const facts: Record<string, object> = {};
  for (let place = 1; place <= columns; place += 1) {
    facts[`c${String(place).padStart(5, '0')}`] = {
      type: place % 10 === 0 ? 'date' : 'int',
      ...(place % 100 === 0 ? { description: `Hundred ${place / 100} of the columns.` } : {}),
    };
  }
  const document = {
    urn: `urn:loggia:asset:file://wide;${name}`,
    kind: 'asset',
    body: { code: { at: '2026-01-01T00:00:00Z', by: 'local', facts: { name: `Wide ${columns}`, columns: facts } } },
  };
  const file = join(server.folder, `${name}.jsonl`);
  writeFileSync(file, `${JSON.stringify(document)}\n`);
  await server.loggia('apply', file);
  return { path: (tab = '') => asset(`file://wide;${name}`, tab), columns };
}
