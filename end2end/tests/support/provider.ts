// A provider of identities of another make: npm's oidc-provider, with its own pages to sign in and out.
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
// @ts-expect-error It has no types of its own.
import { Provider as OidcProvider } from 'oidc-provider';

const people: Record<string, object> = {
  ines: { name: 'Inés Núñez', preferred_username: 'ines.nunez', email: 'ines@bank.example', email_verified: true, groups: [] },
  omar: { name: 'Omar Duarte', preferred_username: 'omar', email: 'omar@bank.example', email_verified: true, groups: ['retail-readers'] },
};

export class Provider {
  private listener: RequestListener = (_, answer) => answer.writeHead(503).end();
  private portal = '';
  private keys = 0;

  private constructor(
    private readonly http: HttpServer,
    readonly issuer: string,
  ) {}

  /** It answers from {@link Provider.knows} on. */
  static async start(): Promise<Provider> {
    const http = createServer((request, answer) => provider.listener(request, answer));
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
    const provider = new Provider(http, `http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    return provider;
  }

  /** What the file of `serve --sign-in` says of it. */
  get configured(): object {
    return {
      name: 'company',
      title: 'Banco Guaraní',
      issuer: this.issuer,
      'client-id': 'loggia',
      scopes: ['email', 'profile', 'groups'],
      'groups-claim': 'groups',
    };
  }

  /** Lets people of this portal sign in. */
  knows(portal: string): void {
    this.portal = portal;
    this.changeKeys();
  }

  /** From now on it signs by a key that nobody has seen, and has forgotten the old one. */
  changeKeys(): void {
    this.keys += 1;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = { ...privateKey.export({ format: 'jwk' }), kid: `key-${this.keys}`, use: 'sig', alg: 'RS256' };
    const provider = new OidcProvider(this.issuer, {
      clients: [
        {
          client_id: 'loggia',
          token_endpoint_auth_method: 'none',
          response_types: ['code'],
          grant_types: ['authorization_code'],
          redirect_uris: [`${this.portal}/sign-in/with/company/back`],
          post_logout_redirect_uris: [`${this.portal}/sign-in`],
          backchannel_logout_uri: `${this.portal}/sign-in/with/company/logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: [key] },
      scopes: ['openid', 'email', 'profile', 'groups'],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'], groups: ['groups'] },
      features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
      pkce: { required: () => true },
      cookies: { keys: ['of a test'] },
      // It calls no private address by itself, and the portal under test has no other.
      fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
    });
    this.listener = provider.callback();
  }

  /** Signs in on its pages, and agrees to what is asked there. */
  async signIn(page: Page, login: string): Promise<void> {
    await page.getByPlaceholder('Enter any login').fill(login);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  }

  async signOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
  }

  /** Its pages ask for a font from elsewhere, which is not what is tested here. */
  async withoutFonts(context: BrowserContext): Promise<void> {
    await context.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((closed) => this.http.close(closed));
  }
}
