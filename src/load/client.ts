// The load generator's HTTP client: sends a request, reads the answer to its end, and measures each phase. After the requester
// of rakyll/hey, on Node's agent.
//
// Bodies are counted and discarded, so an answer of any size takes no memory.

import http from 'node:http';
import https from 'node:https';
import type { Exchange, Phases } from './exchange.js';
import { limits, type Plan } from './plan.js';

/** Redirects that are followed for one request, as many as Go's client follows. */
const MAX_REDIRECTS = 10;
/** Retries of a request whose kept-alive connection turned out to be closed by the server. */
const MAX_RETRIES = 3;
/** Methods that may be retried, because they change nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** One hop of a request. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: Uint8Array;
  /** The same, as node:http takes it. */
  readonly options: https.RequestOptions;
}

/** A hop with a whole answer. */
interface Answered {
  readonly status: number;
  readonly bytes: number;
  readonly location: string | undefined;
}

/** A hop without a whole answer. */
interface Failed {
  readonly error: unknown;
  /** True if the connection was a kept-alive one that the server had closed. */
  readonly stale: boolean;
}

/** The client of one load: it keeps connections alive, and can abort all requests. */
export class Client {
  readonly #plan: Plan;
  readonly #agent: http.Agent;
  readonly #inFlight = new Set<http.ClientRequest>();
  readonly #first: Hop;
  #stopped = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    const Agent = plan.url.protocol === 'https:' ? https.Agent : http.Agent;
    // Without keep-alive, a worker's next connection must not wait until its previous one is closed.
    this.#agent = new Agent({
      keepAlive: plan.keepAlive,
      maxSockets: plan.keepAlive ? plan.workers : Number.POSITIVE_INFINITY,
      maxFreeSockets: plan.workers,
    });
    this.#first = this.#hopTo(plan.url, plan.method, plan.body);
  }

  /** Sends one request, and waits for the end of its answer. Never rejects. */
  async send(): Promise<Exchange> {
    if (this.#stopped) return { kind: 'stopped' };
    const attempt = new Attempt(Math.ceil(Math.min(this.#plan.timeoutNs, limits.ns) / 1e6));
    try {
      return await this.#follow(attempt);
    } catch (error) {
      return { kind: 'error', what: reasonOf(error) }; // an option that Node refuses to send
    } finally {
      attempt.done();
    }
  }

  /** The first hop, and those that its redirects lead to. */
  async #follow(attempt: Attempt): Promise<Exchange> {
    let hop = this.#first;
    for (let redirected = 0; ; redirected++) {
      const end = await this.#retried(hop, attempt);
      if ('kind' in end) return end;
      const next = this.#plan.redirects ? this.#redirectOf(hop, end) : undefined;
      if (next === undefined) {
        return { kind: 'answer', status: end.status, bytes: end.bytes, phases: attempt.phases };
      }
      if (redirected === MAX_REDIRECTS) return { kind: 'error', what: `more than ${MAX_REDIRECTS} redirects` };
      hop = next;
    }
  }

  /** One hop, which is sent again if its connection was stale. */
  async #retried(hop: Hop, attempt: Attempt): Promise<Answered | Exchange> {
    for (;;) {
      const end = await this.#hop(hop, attempt);
      if (!('error' in end)) return end;
      if (this.#stopped) return { kind: 'stopped' };
      if (attempt.timedOut) return { kind: 'error', what: `no whole answer within ${this.#plan.timeoutNs / 1e9} secs` };
      if (!end.stale || !SAFE.has(hop.method) || attempt.retries === MAX_RETRIES) {
        return { kind: 'error', what: reasonOf(end.error) };
      }
      attempt.retries++;
    }
  }

  /** Aborts all requests in flight. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#inFlight) request.destroy();
  }

  /** Closes the kept-alive connections. */
  close(): void {
    this.#agent.destroy();
  }

  /** The hop that requests `url`. */
  #hopTo(url: URL, method: string, body: Uint8Array): Hop {
    const headers = this.#plan.headers.flat();
    if (!this.#plan.headers.some(([name]) => /^host$/i.test(name))) headers.unshift('Host', url.host);
    if (body.length > 0 || /^(POST|PUT|PATCH)$/.test(method)) headers.push('Content-Length', String(body.length));
    const options = {
      agent: this.#agent,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? undefined : Number(url.port),
      method,
      path: url.pathname + url.search,
      headers,
    };
    return { url, method, body, options };
  }

  /** The hop that an answer redirects to, as Go's client would make it; undefined if it is no redirect, or to another origin. */
  #redirectOf({ url, method, body }: Hop, { status, location }: Answered): Hop | undefined {
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
    if (!URL.canParse(location, url.href)) return undefined;
    const to = new URL(location, url);
    if (to.origin !== url.origin) return undefined;
    if (status >= 307) return this.#hopTo(to, method, body);
    return this.#hopTo(to, method === 'HEAD' ? 'HEAD' : 'GET', new Uint8Array());
  }

  #hop({ url, body, options }: Hop, attempt: Attempt): Promise<Answered | Failed> {
    const secure = url.protocol === 'https:';
    return new Promise((resolve) => {
      const request = secure ? https.request(options) : http.request(options);
      let answered = false;
      let ended = false;
      const end = (result: Answered | Failed) => {
        ended = true;
        this.#inFlight.delete(request);
        resolve(result); // only the first call has an effect
      };
      const fail = (error: unknown) => end({ error, stale: request.reusedSocket && !answered && isClosing(error) });
      this.#inFlight.add(request);
      attempt.begin(request, secure ? 'secureConnect' : 'connect');
      request.on('response', (response) => {
        answered = true;
        let bytes = 0;
        attempt.answered();
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => {
          attempt.whole();
          end({ status: response.statusCode ?? 0, bytes, location: response.headers.location });
        });
        response.on('error', () => {}); // its close event follows
        response.on('close', () => {
          if (!ended) fail(new Error('the answer ended before it was whole'));
        });
      });
      request.on('error', fail);
      // Node closes without an error in some cases, such as an upgrade that was not requested.
      request.on('close', () => {
        if (!ended && !answered) fail(new Error('connection closed before there was an answer'));
      });
      request.end(body.length > 0 ? body : undefined);
    });
  }
}

function isClosing(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** One request with all of its hops: its timeout, its retries, and the duration of its phases. */
class Attempt {
  readonly #timer: NodeJS.Timeout;
  readonly #sums = { dial: 0, lookup: 0, write: 0, wait: 0, read: 0 };
  #request: http.ClientRequest | undefined;
  #mark = 0;
  timedOut = false;
  /** Hops that were sent again. */
  retries = 0;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#request?.destroy();
    }, timeoutMs);
  }

  /** Durations so far, in nanoseconds. */
  get phases(): Phases {
    return this.#sums;
  }

  /** Starts a hop; `connected` is the event after which its connection can be written to. */
  begin(request: http.ClientRequest, connected: 'connect' | 'secureConnect'): void {
    this.#request = request;
    this.#mark = performance.now();
    request.on('socket', (socket) => {
      if (!socket.connecting) {
        this.#mark = performance.now();
        return;
      }
      const began = this.#mark;
      socket.once('lookup', () => {
        this.#sums.lookup += nsSince(began);
      });
      socket.once(connected, () => this.#end('dial'));
    });
    request.on('finish', () => this.#end('write'));
  }

  /** The head of the answer has arrived. */
  answered(): void {
    this.#end('wait');
  }

  /** The answer has arrived to its end. */
  whole(): void {
    this.#end('read');
  }

  /** Stops the timeout. */
  done(): void {
    clearTimeout(this.#timer);
  }

  #end(phase: keyof Phases): void {
    this.#sums[phase] += nsSince(this.#mark);
    this.#mark = performance.now();
  }
}

function nsSince(mark: number): number {
  return Math.round((performance.now() - mark) * 1e6);
}

/** What is said of a failed request, by Node's error code: the same text for the same cause, because errors are counted by it. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the server',
  EPIPE: 'connection closed by the server',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name of the host could not be looked up',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  EPROTO: 'the server speaks no TLS, or a version of it that this program does not',
  EMFILE: 'too many open files here: use fewer workers (-c)',
  EADDRNOTAVAIL: 'no local port left: use fewer workers (-c), or keep connections',
};

/** Why a request has no answer, in one line. */
function reasonOf(error: unknown): string {
  // A name with several addresses has one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reasonOf))].join(', ');
  }
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const where = address === undefined ? '' : `${address.includes(':') ? `[${address}]` : address}:${port ?? ''}: `;
  if (code?.startsWith('HPE_')) return `the answer is no HTTP: ${message.replace(/^Parse Error: /, '')}`;
  // Node's text for a connection that ends before the head of an answer.
  if (message === 'socket hang up') return 'connection closed before there was an answer';
  return `${where}${reasons[code ?? ''] ?? message}`.replaceAll(/\s+/g, ' ').trim();
}
