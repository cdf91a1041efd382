// Reads Parquet and CSV in a worker, so that a file which exhausts or breaks its reader takes nothing else
// along: the page ends the worker and says so. Asked: { parquet: { js, wasm }, sample | file }, one at a time.
// Asked { ahead, parquet, sample }, it fetches what it will need, and says nothing.
// Answers with { rows, isCsv, isCut, total, width, isLast } as often as there is more to show, or { refused }.

const FIRST_ROWS = 100;
const MOST_ROWS = 5_000;
const MOST_COLUMNS = 2_000;
// Rows by columns: 5,000 of 200.
const MOST_CELLS = 1_000_000;
// Of rows as Arrow, and of the beginning of a CSV file.
const MOST_BYTES = 64 << 20;
const MOST_TEXT = 4 << 20;

self.onmessage = async ({ data }) => {
  if (data.ahead) return prepare(data);
  try {
    const file = data.file ?? (await Promise.all([fetched(data.sample), parquet(data.parquet)]))[0];
    if (file.size === 0) throw 'is empty';
    if (await isParquet(file)) await readParquet(data.parquet, file);
    else await readText(file);
  } catch (why) {
    self.postMessage({ refused: words(why) });
  }
};

// parquet-wasm traps in tasks of its own, where nobody waits for them.
for (const event of ['error', 'unhandledrejection']) {
  self.addEventListener(event, (broken) => {
    broken.preventDefault();
    self.postMessage({ refused: words(broken.reason ?? broken.error) });
  });
}

let ahead;

/** While the page still fetches its grid; what fails is told when it is asked for. */
function prepare({ parquet: where, sample: url }) {
  parquet(where).catch(() => {});
  if (!url) return;
  ahead = { url, rows: sample(url) };
  ahead.rows.catch(() => {});
}

/** The sample, as it was fetched ahead, once. */
function fetched(url) {
  const known = ahead?.url === url ? ahead.rows : undefined;
  ahead = undefined;
  return known ?? sample(url);
}

async function sample(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw `is not given by the server (${answer.status}): load the page again`;
  return answer.blob();
}

async function bytes(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

const text = (bytes) => String.fromCharCode(...bytes);

async function isParquet(file) {
  const head = text(await bytes(file, 0, 4));
  const tail = text(await bytes(file, Math.max(0, file.size - 4), file.size));
  if (tail === 'PARE') throw 'has an encrypted footer, which is not read';
  if (head === 'PAR1' && tail !== 'PAR1') throw 'does not end in PAR1, as Parquet does: was it written to the end?';
  return tail === 'PAR1' && file.size >= 12;
}

let loaded;

/** parquet-wasm, once; of a sample it is known that it will be needed, and comes while the sample does. */
const parquet = (where) => (loaded ??= load(where));

async function load({ js, wasm }) {
  const module = await import(js);
  await module.default({ module_or_path: wasm });
  return module;
}

async function readParquet(where, file) {
  const module = await parquet(where);
  const opened = await module.ParquetFile.fromFile(file);
  const about = opened.metadata();
  const total = about.fileMetadata().numRows();
  const inGroups = about.rowGroups().reduce((sum, group) => sum + group.numRows(), 0);
  if (total === 0 && inGroups > 0) throw `says that it has no rows, which its reader here goes by, and has ${inGroups}`;
  const names = columns(about);
  const chosen = names.length > MOST_COLUMNS ? { columns: names.slice(0, MOST_COLUMNS) } : {};
  const read = async (limit) => {
    const rows = (await opened.read({ limit, batchSize: limit, ...chosen })).intoIPCStream();
    if (rows.byteLength > MOST_BYTES) throw `takes more than ${MOST_BYTES >> 20} MiB for its first ${limit} rows`;
    return rows;
  };
  const say = (rows, isLast) =>
    self.postMessage({ rows: rows.buffer, total, width: names.length, isLast }, [rows.buffer]);

  const first = await read(Math.min(FIRST_ROWS, Math.max(total, 1)));
  const fitting = Math.floor(FIRST_ROWS * (MOST_BYTES / 2 / first.byteLength));
  const more = Math.min(total, MOST_ROWS, Math.floor(MOST_CELLS / Math.max(Math.min(names.length, MOST_COLUMNS), 1)), fitting);
  if (more <= FIRST_ROWS) return say(first, true);
  say(first, false);
  return say(await read(more), true);
}

/** The names of the outermost columns, as the first row group has them. */
function columns(about) {
  if (about.numRowGroups() === 0) return [];
  const group = about.rowGroup(0);
  const names = new Set();
  for (let place = 0; place < group.numColumns(); place += 1) names.add(group.column(place).columnPath()[0]);
  return [...names];
}

async function readText(file) {
  const isPacked = text(await bytes(file, 0, 2)) === '\x1f\x8b';
  const stream = isPacked ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const rows = new Uint8Array(MOST_TEXT);
  let length = 0;
  let isCut = false;
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const room = value.subarray(0, MOST_TEXT - length);
    rows.set(room, length);
    length += room.length;
    isCut = room.length < value.length;
    if (isCut) break;
  }
  await reader.cancel().catch(() => {});
  const read = rows.slice(0, length);
  if (read.subarray(0, 4096).includes(0)) throw 'is neither Parquet nor CSV';
  self.postMessage({ rows: read.buffer, isCsv: true, isCut, isLast: true }, [read.buffer]);
}

function words(why) {
  if (why instanceof WebAssembly.RuntimeError || why instanceof RangeError) {
    return 'cannot be decoded: it takes more memory than a page is given, or is broken';
  }
  if (typeof why === 'string' && !/error:/i.test(why)) return why;
  const said = String(why?.message ?? why).replace(/^(\w+ ?error: )+/i, '');
  return `cannot be decoded: ${said.slice(0, 300)}`;
}
