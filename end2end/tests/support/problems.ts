// What must not happen on any page: errors and warnings in the console (a violated content-security-policy
// and an island that did not start are such), failed requests, and requests to another origin.
import { expect, type BrowserContext, type Request } from '@playwright/test';
import type { Server } from './server';

/** The browser gives a view transition up where a machine is slow; the page is there all the same. */
const GIVEN_UP = /: Transition was (aborted|skipped)/;

export class Problems {
  private readonly found: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly origins = new Set<string>();

  constructor(context: BrowserContext, private readonly server: Server) {
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.found.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    context.on('weberror', (error) => {
      if (!GIVEN_UP.test(String(error.error()))) this.found.push(`page error: ${error.error()}`);
    });
    context.on('request', (request) => this.sent(request));
    context.on('requestfailed', (request) => this.failed(request));
    context.on('response', (response) => {
      const isPage = response.request().isNavigationRequest();
      const limit = isPage ? 500 : 400;
      if (response.status() >= limit) this.found.push(`answer ${response.status()}: ${response.url()}`);
    });
  }

  /** One problem that looks so belongs to the test. */
  allow(problem: RegExp): void {
    this.allowed.push(problem);
  }

  /** The one console error that a page makes which is truly not there, or truly refused. */
  allowStatus(status: number): void {
    this.allow(new RegExp(`^console error: Failed to load resource: .*status of ${status} `));
  }

  /** Pages of this origin belong to the test too, such as those of a provider of identities. */
  alsoAt(origin: string): void {
    this.origins.add(origin);
  }

  /** Fails where anything happened that must not. */
  none(): void {
    const complaints = this.server.complaints().map((line) => `the server's log: ${line}`);
    const left = [...this.found, ...complaints];
    for (const pattern of this.allowed) {
      const place = left.findIndex((problem) => pattern.test(problem));
      if (place >= 0) left.splice(place, 1);
    }
    expect(left, 'the console, the network and the log are quiet').toEqual([]);
  }

  private sent(request: Request): void {
    const url = new URL(request.url());
    if (url.protocol !== 'about:' && url.origin !== this.server.url && !this.origins.has(url.origin)) {
      this.found.push(`asked for another origin: ${request.url()}`);
    }
  }

  private failed(request: Request): void {
    const why = request.failure()?.errorText ?? 'no reason given';
    // Whoever goes on no longer wants what the page was still fetching, and a visit so short is none.
    const isLeftBehind = request.method() === 'GET' || request.url().endsWith('/count_visit');
    if (!(isLeftBehind && why === 'net::ERR_ABORTED')) {
      this.found.push(`request failed: ${request.method()} ${request.url()}: ${why}`);
    }
  }
}
