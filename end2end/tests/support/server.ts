// The program itself: a catalog of its own in a folder of its own, served on a port that was free.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run 'cargo xtask test --only browser', or set it by hand`);
  return value;
}

/** What is done before the program serves; it may give the path of its file of notifications. */
export type Prepare = (folder: string, loggia: (...words: string[]) => Promise<string>) => Promise<string>;

export class Server {
  /** What it has written to its log since the last look. */
  private log = '';

  private constructor(
    readonly folder: string,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Serves the demo's catalog: its words, then a harvest of its files, which it may show. With people, these sign in by
   * a click; without, nobody has an account. With providers of identities, people come in by these too. What is prepared
   * in the folder comes on top, and may be a file of notifications.
   */
  static async ofTheDemo(people: string[] = [], providers: object[] = [], prepare?: Prepare): Promise<Server> {
    const folder = mkdtempSync(join(process.env.LOGGIA_TEST_SCRATCH ?? tmpdir(), 'e2e-'));
    await verb(folder, 'apply', needed('LOGGIA_DEMO_CATALOG'));
    const files = needed('LOGGIA_DEMO_FILES');
    const source = { name: 'customer-360', files, namespace: 'file://banco-guarani', profile: true, preview: true };
    writeFileSync(join(folder, 'loggia.yaml'), JSON.stringify({ sources: [source] }));
    await verb(folder, 'harvest', 'sources', join(folder, 'loggia.yaml'));
    if (providers.length > 0) writeFileSync(join(folder, 'sign-in.yaml'), JSON.stringify({ providers }));
    const notifications = await prepare?.(folder, (...words) => verb(folder, ...words));
    return Server.over(folder, people, providers.length > 0, notifications);
  }

  private static async over(folder: string, people: string[], hasProviders: boolean, notifications?: string): Promise<Server> {
    const words = ['--data', folder, 'serve', '--addr', '127.0.0.1:0', '--sources', join(folder, 'loggia.yaml')];
    words.push('--project-profiles', join(needed('LOGGIA_DEMO_CATALOG'), '..', 'project-profiles.yaml'));
    if (people.length > 0) words.push('--demo', people.join(','));
    if (hasProviders) words.push('--sign-in', join(folder, 'sign-in.yaml'));
    if (notifications) words.push('--notifications', notifications);
    const child = spawn(needed('LOGGIA_BIN'), words, {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await new Promise<string>((found, lost) => {
      let said = '';
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const address = /serves (http:\/\/[\d.:]+)/.exec(said);
        if (address) found(address[1]);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', (code) => lost(new Error(`loggia serve ended with ${code}: ${said}`)));
    });
    const server = new Server(folder, url, child);
    child.stderr.on('data', (chunk: Buffer) => (server.log += chunk.toString()));
    await server.until(/^ready$/m, 'it to be ready');
    return server;
  }

  private async until(wanted: RegExp, what: string): Promise<void> {
    let said = '';
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      said = answer ? await answer.text() : 'nothing';
      if (answer?.ok && wanted.test(said)) return;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error(`waited 20 seconds for ${what}; /readyz said ${said}`);
  }

  /** A verb of the command line, beside the running server, until search has it too. Gives what it said. */
  async loggia(...words: string[]): Promise<string> {
    const said = await verb(this.folder, ...words);
    await this.until(/^log (\d+)\nindex \1$/m, 'the index to have what the log has');
    return said;
  }

  /** Lines of the log that tell of something broken, since the last look. */
  complaints(): string[] {
    const lines = this.log.split('\n').filter((line) => /\bERROR\b|panicked/.test(line));
    this.log = '';
    return lines;
  }

  async stop(): Promise<void> {
    const ended = new Promise<number | null>((end) => this.child.on('exit', end));
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    const code = await ended;
    clearTimeout(late);
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`loggia serve did not end well when asked to: exit ${code}`);
  }
}

async function verb(folder: string, ...words: string[]): Promise<string> {
  const { stdout, stderr } = await run(needed('LOGGIA_BIN'), ['--data', folder, ...words], {
    env: environment(),
    maxBuffer: 64 << 20,
  });
  return stdout + stderr;
}

/** Ours, without what would send the program to another catalog. */
function environment(): NodeJS.ProcessEnv {
  const { LOGGIA_DATA, LOGGIA_DATABASE, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
}
