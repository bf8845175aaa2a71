// Serves a page to the browser of whoever sits at this machine: files of the package and what routes make, on loopback
// unless another host is asked for. It only ever answers questions: nothing that comes in changes anything.
//
// A foreign page must not read a profile, which discloses source: no answer is for other origins, and a name that is not
// this machine's, which a hostile name server may point here, is refused.

/// <reference types="node" preserve="true" />

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Address, addressText, isLocalHost, isLoopback, urlOf, whyNotListening } from '../../lib/address.js';

export interface Answer {
  /** Its media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** What is behind a path, for what comes after its question mark. @throws Error in one line, which the page shows */
export type Route = (query: URLSearchParams) => Answer | Promise<Answer>;

export interface Serving {
  /** Without a slash at its end. */
  readonly url: string;
  /** Resolves once nobody is connected. */
  close(): Promise<void>;
}

/** Everything is from here; styles and sizes are set by scripts, and no text is ever taken for code. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/** A person asks for little at a time; a request that is this slow comes from none. */
const LIMITS = { maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
const MAX_CONNECTIONS = 64;

/** Serves `routes` by their paths. @throws Error in one line, if the address is taken or not to be had */
export async function serve(address: Address, routes: ReadonlyMap<string, Route>): Promise<Serving> {
  const guarded = isLoopback(address.host);
  const server = createServer(LIMITS, (request, response) => {
    answer(request, response, routes, guarded).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  // Names of this machine may have two addresses; a browser finds this one.
  const host = /^localhost$/i.test(address.host) ? '127.0.0.1' : address.host;
  await listening(server, { ...address, host }, address);
  const { port } = server.address() as AddressInfo;
  return {
    url: urlOf({ host: address.host, port }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, { host, port }: Address, said: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`-http ${addressText(said)}: ${whyNotListening(error)}`)));
    server.listen({ host, port }, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: ReadonlyMap<string, Route>,
  guarded: boolean,
): Promise<void> {
  const send = (status: number, { type, body }: Answer, more = {}) => {
    const bytes = Buffer.from(body as Uint8Array);
    response.writeHead(status, { ...HEADERS, 'Content-Type': type, 'Content-Length': bytes.length, ...more });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
  if (guarded && !isLocalHost(request.headers.host ?? '')) {
    return send(403, text('expected a Host of this machine, such as localhost'), { Connection: 'close' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(405, text('expected GET or HEAD'), { Allow: 'GET, HEAD', Connection: 'close' });
  }
  const [path = '', query = ''] = splitOnce(request.url ?? '/', '?');
  const route = routes.get(path);
  if (!route) return send(404, text('no such page'));
  try {
    send(200, await route(new URLSearchParams(query)));
  } catch (error) {
    const isMistake = !(error instanceof Error) || MISTAKES.some((kind) => error instanceof kind);
    const words = isMistake ? `a mistake of this program: ${String(error)}` : error.message;
    send(isMistake ? 500 : 400, json({ error: words }));
  }
}

/** Errors that the language makes: not what was asked is wrong, but this program. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

function splitOnce(whole: string, mark: string): string[] {
  const at = whole.indexOf(mark);
  return at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + mark.length)];
}

const text = (words: string): Answer => ({ type: 'text/plain; charset=utf-8', body: `${words}\n` });

/** A value as JSON. */
export function json(value: unknown): Answer {
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}
