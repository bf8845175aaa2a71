// The server of a page for a browser on this machine: files of the package and the answers of routes, on loopback unless the
// caller asks for another host. No request changes anything.
//
// A page of another site must not read a profile, which discloses source: no answer is for other origins, and a request for a
// name that is not this machine's, which a hostile name server may resolve to loopback, is refused.

/// <reference types="node" preserve="true" />

import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createContext, Script } from 'node:vm';
import { type Address, addressText, isLocalHost, isLoopback, urlOf, whyNotListening } from '../../lib/address.js';

export interface Answer {
  /** Its media type. */
  readonly type: string;
  readonly body: string | Uint8Array | Pieces;
}

/** A body that is sent as it comes. */
export interface Pieces {
  /** Bytes of all of it, if that is known. */
  readonly length?: number;
  /**
   * Called once, where the body is asked for. It is asked for the next piece when the client has taken the last one, and closed
   * when the client has gone. What it throws before its first piece is answered as what a route throws.
   */
  pieces(): AsyncGenerator<Uint8Array>;
}

/** What answers a request for a path, from its query. @throws Error in one line, which the page shows */
export type Route = (query: URLSearchParams) => Answer | Promise<Answer>;

export interface Serving {
  /** Without a slash at its end. */
  readonly url: string;
  /** Resolves when no client is connected. */
  close(): Promise<void>;
}

/** A page loads files of this server only, runs no script in its markup, and is in no frame of another page. */
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

/** Bytes and milliseconds that a browser's request stays far below. */
const LIMITS = { maxHeaderSize: 8192, headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
/** Connections of ten browsers, each of which opens six at most to one server. */
const MAX_CONNECTIONS = 64;

/** Serves `routes` by their paths. @throws Error in one line if it cannot listen at the address */
export async function serve(address: Address, routes: ReadonlyMap<string, Route>): Promise<Serving> {
  const isGuarded = isLoopback(address.host);
  const server = createServer(LIMITS, (request, response) => {
    answer(request, response, routes, isGuarded).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  // localhost may have two addresses; browsers try both.
  const host = /^localhost$/i.test(address.host) ? '127.0.0.1' : address.host;
  await listen(server, { ...address, host }, address);
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

function listen(server: Server, { host, port }: Address, asked: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`-http ${addressText(asked)}: ${whyNotListening(error)}`)));
    server.listen({ host, port }, resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: ReadonlyMap<string, Route>,
  isGuarded: boolean,
): Promise<void> {
  const send = (status: number, { type, body }: Answer, more = {}) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const head = (length: number | undefined) => {
      const known = length === undefined ? {} : { 'Content-Length': length };
      response.writeHead(status, { ...HEADERS, 'Content-Type': type, ...known, ...more });
    };
    if (!(bytes instanceof Uint8Array) && request.method !== 'HEAD') {
      return sendPieces(bytes, response, () => head(bytes.length));
    }
    head(bytes.length);
    return void response.end(request.method === 'HEAD' ? undefined : bytes);
  };
  if (isGuarded && !isLocalHost(request.headers.host ?? '')) {
    return send(403, text('expected a Host of this machine, such as localhost'), { Connection: 'close' });
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(405, text('expected GET or HEAD'), { Allow: 'GET, HEAD', Connection: 'close' });
  }
  const [path = '', query = ''] = splitOnce(request.url ?? '/', '?');
  const route = routes.get(path);
  if (!route) return send(404, text('no such page'));
  try {
    await send(200, await route(new URLSearchParams(query)));
  } catch (error) {
    if (response.headersSent) throw error; // in the middle of its pieces: the client sees that the connection breaks off
    const isMistake = !(error instanceof Error) || MISTAKES.some((kind) => error instanceof kind);
    const words = isMistake ? `a mistake of this program: ${String(error)}` : error.message;
    await send(isMistake ? 500 : 400, json({ error: words }));
  }
}

/** Sends a body as it comes; `begin` sends what goes before its first piece. @throws what the pieces throw, or if the client goes */
async function sendPieces({ length, pieces }: Pieces, response: ServerResponse, begin: () => void): Promise<void> {
  const source = pieces();
  try {
    const first = await source.next();
    begin();
    await pipeline(Readable.from(counted(first, source, length)), response);
  } finally {
    await source.return(undefined);
  }
}

/** The pieces from the first on. @throws Error if they are not `length` bytes: the client has to see that there is not all of it */
async function* counted(
  first: IteratorResult<Uint8Array, unknown>,
  source: AsyncGenerator<Uint8Array>,
  length: number | undefined,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for (let next = first; !next.done; next = await source.next()) {
    sent += next.value.length;
    yield next.value;
  }
  if (length !== undefined && sent !== length) throw new Error(`expected ${length} bytes, got ${sent}`);
}

/** Errors that the language throws: the program is wrong, not the request. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

/** The text before and after the first `mark`. */
function splitOnce(whole: string, mark: string): string[] {
  const at = whole.indexOf(mark);
  return at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + mark.length)];
}

const text = (words: string): Answer => ({ type: 'text/plain; charset=utf-8', body: `${words}\n` });

/** A value as JSON. */
export function json(value: unknown): Answer {
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

/** Media types of the files of a page, by the end of their names. Other files are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Routes to the files of a page, read once: those that scripts/pages.mjs puts in its folder. Its HTML is behind `/`. */
export function pageFiles(page: string): Map<string, Route> {
  const dir = new URL(`../page/${page}/`, import.meta.url);
  const routes = new Map<string, Route>();
  for (const name of readdirSync(dir)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const body = readFileSync(new URL(name, dir));
    routes.set(name === `${page}.html` ? '/' : `/${name}`, () => ({ type, body }));
  }
  return routes;
}

const script = new Script('work()');

/**
 * What `work` returns, within a deadline. Only a virtual machine of its own can stop a computation on the same thread; it stops it
 * anywhere, so `work` must not change what outlives it.
 * @throws Error if it takes longer than `ms` milliseconds, and what it throws itself
 */
export function runWithin<T>(ms: number, what: string, work: () => T): T {
  try {
    return script.runInContext(createContext({ work }), { timeout: ms });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`${what}: took longer than ${ms} ms; expected a simpler pattern, or a smaller part of the profile`);
  }
}
