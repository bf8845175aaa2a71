// The client: sends a request, reads the answer to its end, and takes the time of each part. After the requester of
// rakyll/hey, on Node's agent.
//
// Bodies are counted and let go, so that an answer of any size takes no memory.

import http from 'node:http';
import https from 'node:https';
import type { Exchange, Phases } from './exchange.js';
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
  /** The same, as Node wants it. */
  readonly options: https.RequestOptions;
}

/** What one hop came to: a whole answer, or none. */
interface Answered {
  readonly status: number;
  readonly bytes: number;
  readonly location: string | undefined;
}

interface Failed {
  readonly error: unknown;
  /** The connection was one that had been kept, and the server had closed it. */
  readonly stale: boolean;
}

/** All requests of a load: it keeps their connections, and can break them off. */
export class Client {
  readonly #plan: Plan;
  readonly #agent: http.Agent;
  readonly #underWay = new Set<http.ClientRequest>();
  readonly #first: Hop;
  #stopped = false;

  constructor(plan: Plan) {
    this.#plan = plan;
    const Agent = plan.url.protocol === 'https:' ? https.Agent : http.Agent;
    // Without keep-alive a worker's next connection must not wait until its last is closed.
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
    const { redirects, timeoutNs } = this.#plan;
    const attempt = new Attempt(Math.ceil(Math.min(timeoutNs, limits.ns) / 1e6));
    try {
      let hop = this.#first;
      let again = 0;
      for (let redirected = 0; ; ) {
        const end = await this.#hop(hop, attempt);
        if ('error' in end) {
          if (this.#stopped) return { kind: 'stopped' };
          if (attempt.timedOut) return { kind: 'error', what: `no whole answer within ${timeoutNs / 1e9} secs` };
          if (end.stale && SAFE.has(hop.method) && again++ < MAX_AGAIN) continue;
          return { kind: 'error', what: reasonOf(end.error) };
        }
        const next = redirects ? this.#redirectOf(hop, end) : undefined;
        if (next === undefined) {
          return { kind: 'answer', status: end.status, bytes: end.bytes, phases: attempt.phases };
        }
        if (redirected++ === MAX_REDIRECTS) return { kind: 'error', what: `more than ${MAX_REDIRECTS} redirects` };
        hop = next;
      }
    } catch (error) {
      return { kind: 'error', what: reasonOf(error) }; // what Node refuses to send
    } finally {
      attempt.done();
    }
  }

  /** Breaks off what is under way. */
  stop(): void {
    this.#stopped = true;
    for (const request of this.#underWay) request.destroy();
  }

  /** Closes the connections that were kept. */
  close(): void {
    this.#agent.destroy();
  }

  /** The hop that asks `url`. */
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

  /** Where an answer leads, within the same origin, as Go's client would go there; undefined if it is to be taken as it is. */
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
      let over = false;
      const end = (result: Answered | Failed) => {
        over = true;
        this.#underWay.delete(request);
        resolve(result); // the first one counts
      };
      const fail = (error: unknown) => end({ error, stale: request.reusedSocket && !answered && isClosing(error) });
      this.#underWay.add(request);
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
        response.on('error', () => {}); // says the same as its close
        response.on('close', () => {
          if (!over) fail(new Error('the answer ended before it was whole'));
        });
      });
      request.on('error', fail);
      // Where Node closes without an error, such as on an upgrade that nobody asked for.
      request.on('close', () => {
        if (!over && !answered) fail(new Error('connection closed before there was an answer'));
      });
      request.end(body.length > 0 ? body : undefined);
    });
  }
}

function isClosing(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** A request with all its hops: its time-out, and the time of its parts. */
class Attempt {
  readonly #timer: NodeJS.Timeout;
  readonly #sums = { dial: 0, lookup: 0, write: 0, wait: 0, read: 0 };
  #request: http.ClientRequest | undefined;
  #mark = 0;
  timedOut = false;

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#request?.destroy();
    }, timeoutMs);
  }

  /** What the parts took, in nanoseconds. */
  get phases(): Phases {
    return this.#sums;
  }

  /** A hop begins; `connected` is the event of a connection that can be written to. */
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

  answered(): void {
    this.#end('wait');
  }

  whole(): void {
    this.#end('read');
  }

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
