// The client: sends a request, follows where it leads, and reads the answer to its end. After the requester of rakyll/hey.

import { type Answered, Connection, type Sums } from './connection.js';
import type { Exchange } from './exchange.js';
import { limits, type Plan } from './plan.js';
import { reasonOf } from './reason.js';

/** Redirects of one request, as Go's client follows. */
const MAX_REDIRECTS = 10;
/** How often a request is sent again, because a kept connection turned out to be closed. */
const MAX_AGAIN = 3;
/** What may be sent again: it changes nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One hop of a request. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: Uint8Array;
  /** The same, as it is sent. */
  readonly message: Uint8Array;
}

/** All requests of a load: it keeps their connections, and can break them off. */
export class Client {
  readonly #plan: Plan;
  readonly #first: Hop;
  /** Connections that wait for a request. They all lead to the same server. */
  readonly #free: Connection[] = [];
  readonly #underWay = new Set<Connection>();
  #stopped = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#first = this.#hopTo(plan.url, plan.method, plan.body);
  }

  /** Sends one request, and waits for the end of its answer. Never rejects. */
  async send(): Promise<Exchange> {
    const { redirects, timeoutNs } = this.#plan;
    const sums: Sums = { dial: 0, lookup: 0, write: 0, wait: 0, read: 0 };
    let connection: Connection | undefined;
    let timedOut = false;
    const timer = setTimeout(
      () => {
        timedOut = true;
        connection?.destroy();
      },
      Math.ceil(Math.min(timeoutNs, limits.ns) / 1e6),
    );
    try {
      let hop = this.#first;
      let again = 0;
      for (let redirected = 0; !this.#stopped; ) {
        connection = this.#connection();
        const end = await connection.ask(hop.method, hop.message, sums);
        this.#giveBack(connection);
        if ('error' in end) {
          if (this.#stopped) break;
          if (timedOut) return { kind: 'error', what: `no whole answer within ${timeoutNs / 1e9} secs` };
          if (end.stale && SAFE.has(hop.method) && again++ < MAX_AGAIN) continue;
          return { kind: 'error', what: reasonOf(end.error) };
        }
        const next = redirects ? this.#redirectOf(hop, end) : undefined;
        if (next === undefined) return { kind: 'answer', status: end.status, bytes: end.bytes, phases: sums };
        if (redirected++ === MAX_REDIRECTS) return { kind: 'error', what: `more than ${MAX_REDIRECTS} redirects` };
        hop = next;
      }
      return { kind: 'stopped' };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Breaks off what is under way. */
  stop(): void {
    this.#stopped = true;
    for (const connection of this.#underWay) connection.destroy();
  }

  /** Closes the connections that were kept. */
  close(): void {
    for (const connection of this.#free) connection.destroy();
  }

  /** One that was kept, the last used first, or else one that is made. */
  #connection(): Connection {
    let connection = this.#free.pop();
    while (connection !== undefined && !connection.open) connection = this.#free.pop();
    connection ??= new Connection(this.#plan.url);
    this.#underWay.add(connection);
    return connection;
  }

  #giveBack(connection: Connection): void {
    this.#underWay.delete(connection);
    if (!connection.open) return;
    if (this.#plan.keepAlive) this.#free.push(connection);
    else connection.destroy();
  }

  /** The hop that asks `url`. */
  #hopTo(url: URL, method: string, body: Uint8Array): Hop {
    const headers = [...this.#plan.headers];
    if (!headers.some(([name]) => /^host$/i.test(name))) headers.unshift(['Host', url.host]);
    if (body.length > 0 || /^(POST|PUT|PATCH)$/.test(method)) headers.push(['Content-Length', String(body.length)]);
    if (!this.#plan.keepAlive) headers.push(['Connection', 'close']);
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`;
    return { url, method, body, message: Buffer.concat([Buffer.from(head, 'latin1'), body]) };
  }

  /** Where an answer leads, within the same origin, as Go's client would go there; undefined if it is to be taken as it is. */
  #redirectOf({ url, method, body }: Hop, { status, location }: Answered): Hop | undefined {
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
    if (!URL.canParse(location, url.href)) return undefined;
    const to = new URL(location, url);
    if (to.origin !== url.origin) return undefined;
    if (status >= 307) return this.#hopTo(to, method, body);
    return this.#hopTo(to, method === 'HEAD' ? 'HEAD' : 'GET', new Uint8Array());
  }
}
