// Who is told what leaves the catalog: a mail server and a receiver of webhooks, each of another make.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudEvent, HTTP } from 'cloudevents';
// @ts-expect-error It has no types of its own.
import { simpleParser } from 'mailparser';
// @ts-expect-error It has no types of its own.
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';

export interface Letter {
  subject: string;
  text: string;
  html: string;
  messageId: string;
  to: { text: string };
  headers: Map<string, unknown>;
}

/** npm's smtp-server: it takes every letter, and keeps it. */
export class MailServer {
  readonly letters: Letter[] = [];

  private constructor(
    private readonly smtp: { close: (done: () => void) => void },
    readonly port: number,
  ) {}

  static async start(): Promise<MailServer> {
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream: NodeJS.ReadableStream, _session: unknown, done: (error?: Error) => void) => {
        simpleParser(stream).then((letter: Letter) => {
          server.letters.push(letter);
          done();
        }, done);
      },
    });
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
    const server: MailServer = new MailServer(smtp, (smtp.server.address() as AddressInfo).port);
    return server;
  }

  async stop(): Promise<void> {
    await new Promise<void>((done) => this.smtp.close(done));
  }
}

/** What was called, checked by the libraries of Standard Webhooks and CloudEvents. */
export class Receiver {
  readonly events: CloudEvent<Record<string, unknown>>[] = [];
  /** Of what was not as it should be. */
  readonly wrong: string[] = [];

  private constructor(
    private readonly http: HttpServer,
    readonly url: string,
  ) {}

  static async start(secret: string): Promise<Receiver> {
    const checked = new Webhook(secret);
    const http = createServer((request, answer) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        try {
          checked.verify(body, request.headers as Record<string, string>);
          const event = HTTP.toEvent<Record<string, unknown>>({ headers: request.headers, body });
          if (Array.isArray(event)) throw new Error('one event a call');
          (event as CloudEvent<Record<string, unknown>>).validate();
          receiver.events.push(event as CloudEvent<Record<string, unknown>>);
          answer.writeHead(204).end();
        } catch (error) {
          receiver.wrong.push(String(error));
          answer.writeHead(400).end();
        }
      });
    });
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
    const receiver = new Receiver(http, `http://127.0.0.1:${(http.address() as AddressInfo).port}/loggia`);
    return receiver;
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise<void>((done) => this.http.close(() => done()));
  }
}
