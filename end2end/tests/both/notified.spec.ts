// A breaking change of columns goes out by mail and by webhook as well, and whoever runs the catalog sees that it did.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { people, signIn } from '../support/people';
import { asset } from '../support/places';
import { MailServer, Receiver } from '../support/receivers';
import { Server } from '../support/server';
import { without } from '../support/tables';
import { expect, test as base } from '../support/test';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const campaigns = 'clickhouse://analytics.guarani.example:8123;marketing.retention_campaigns';

/** One that people have, beside one that is stopped. */
const test = base.extend<object, { mail: MailServer; receiver: Receiver }>({
  mail: [
    async ({}, use) => {
      const mail = await MailServer.start();
      await use(mail);
      await mail.stop();
    },
    { scope: 'worker' },
  ],
  receiver: [
    async ({}, use) => {
      const receiver = await Receiver.start(secret);
      await use(receiver);
      await receiver.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ people, mail, receiver }, use) => {
      process.env.LOGGIA_SECRET_KEY = await key();
      const server = await Server.ofTheDemo(people, [], async (folder, loggia) => {
        writeFileSync(join(folder, 'lakehouse.yaml'), lakehouse());
        await loggia('apply', join(folder, 'lakehouse.yaml'));
        await keep(folder, 'lake-hook', secret);
        const file = join(folder, 'notifications.yaml');
        writeFileSync(file, notifications(mail, receiver));
        return file;
      });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test.use({ people });

/** A service that looks at everything, and what else the organisation says. */
function lakehouse(): string {
  const organisation = readFileSync(join(process.env.LOGGIA_DEMO_CATALOG ?? '', 'organisation.yaml'), 'utf8');
  const member = "    - {who: 'urn:loggia:service:lakehouse', role: viewer}\n";
  return `${organisation.trimEnd()}\n${member}---\nurn: urn:loggia:service:lakehouse\nkind: service\nfacts: {name: Lakehouse}\n`;
}

function notifications(mail: MailServer, receiver: Receiver): string {
  const hook = { secret: 'lake-hook', service: 'lakehouse', private: true };
  return JSON.stringify({
    mail: { from: 'Loggia <loggia@guarani.example>', server: `127.0.0.1:${mail.port}`, security: 'none' },
    webhooks: [{ name: 'lake', url: receiver.url, what: ['breaking'], ...hook }],
  });
}

function loggia(words: string[], input: string): Promise<string> {
  return new Promise((said, failed) => {
    const child = execFile(process.env.LOGGIA_BIN ?? '', words, (error, out) => (error ? failed(error) : said(out)));
    child.stdin?.end(input);
  });
}

async function key(): Promise<string> {
  return (await loggia(['secret', 'key'], '')).trim();
}

async function keep(folder: string, name: string, value: string): Promise<void> {
  await loggia(['--data', folder, 'secret', 'set', name], value);
}

test('a breaking change is mailed to a follower and told to a webhook', async ({ page, server, open, settled, mail, receiver }) => {
  await signIn(page, 'Joaquín Villalba');
  await test.step('what is mailed, one chooses', async () => {
    await page.goto('/inbox');
    await settled();
    await page.getByRole('link', { name: 'What is mailed to you' }).click();
    await settled();
    await expect(page.getByText('joaquin.villalba@example.com')).toBeVisible();
    await page.getByLabel(/^Breaks readers/).selectOption('At once');
    await page.getByLabel(/^Described anew/).selectOption('Never');
    await page.getByRole('button', { name: 'Save' }).click();
    await settled();
    await expect(page.getByLabel(/^Described anew/)).toHaveValue('described:never');
  });
  await open(asset(campaigns));
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await settled();

  await server.loggia('apply', without(server.folder, campaigns, 'offer_code'));

  await test.step('a letter came', async () => {
    await expect.poll(() => mail.letters.length).toBeGreaterThan(0);
    const letter = mail.letters.find((letter) => letter.to.text.includes('joaquin.villalba@example.com'));
    expect(letter?.subject).toBe('Breaks readers: Retention campaigns');
    expect(letter?.text).toContain('drops offer_code');
    expect(letter?.text).toContain(`${server.url}/assets/`);
    expect(letter?.html).toContain('drops offer_code');
    expect(letter?.messageId).toMatch(/@guarani\.example>$/);
    expect(JSON.stringify([...(letter?.headers.get('list') ? [letter?.headers.get('list')] : [])])).toContain('/inbox/mail');
  });
  await test.step('the webhook was called, as its standards have it', async () => {
    await expect.poll(() => receiver.events.length).toBeGreaterThan(0);
    expect(receiver.wrong).toEqual([]);
    const event = receiver.events[0];
    expect(event.type).toBe('io.loggia.asset.breaking');
    expect(event.subject).toBe(`urn:loggia:asset:${campaigns}`);
    expect(event.data).toMatchObject({ name: 'Retention campaigns', detail: 'drops offer_code' });
  });
  await test.step('whoever runs the catalog sees that they arrived, and can try', async () => {
    await signIn(page, 'Ana Benítez');
    await page.goto('/notifications');
    await settled();
    const lake = page.getByRole('region', { name: 'lake' });
    await expect(lake).toContainText('1 arrived');
    await expect(page.getByRole('region', { name: 'Mail' })).toContainText(/[1-9] arrived.*0 given up/);
    await lake.getByRole('button', { name: 'Send a test' }).click();
    await settled();
    await expect.poll(() => receiver.events.at(-1)?.type).toBe('io.loggia.webhook.test');
  });
});
