// The flags of mandel load, which are hey's, and the plan they make.

import { readFileSync, statSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { parseDuration } from '../../lib/numbers.js';
import { reason } from '../../lib/systemerror.js';
import { type Header, limits, type Plan } from '../../load/plan.js';
import { BadUsage, choice, wholeNumber } from '../../terminal/usage.js';

export interface PlanFlags {
  readonly n: string;
  readonly c: string;
  readonly q: string;
  readonly z?: string;
  readonly t: string;
  readonly m: string;
  readonly H?: readonly string[];
  readonly A?: string;
  readonly d?: string;
  readonly D?: string;
  readonly T: string;
  readonly a?: string;
  readonly host?: string;
  readonly disableCompression?: boolean;
  readonly disableKeepalive?: boolean;
  readonly disableRedirects?: boolean;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((name) => ({ name }));

/** Headers that say where a message ends: wrong ones would make every request a riddle. */
const FRAMING = ['content-length', 'transfer-encoding'];

/** Seconds that -t may be at most: as long as all may take. */
const MAX_TIMEOUT = limits.ns / 1e9;

/** The plan that these flags make. @throws BadUsage */
export function planOf(url: string, flags: PlanFlags): Plan {
  const target = targetOf(url);
  const workers = wholeNumber('c', flags.c, 1, limits.workers);
  const forNs = flags.z === undefined ? Number.POSITIVE_INFINITY : durationOf(flags.z);
  const method = choice('m', flags.m.toUpperCase(), methods).name;
  const timeout = wholeNumber('t', flags.t, 0, MAX_TIMEOUT);
  return {
    url: target,
    method,
    headers: headersOf(target, method, flags),
    body: bodyOf(flags),
    workers,
    perWorker: flags.z === undefined ? perWorkerOf(flags.n, workers) : Number.POSITIVE_INFINITY,
    rate: rateOf(flags.q),
    forNs,
    timeoutNs: timeout === 0 ? limits.ns : timeout * 1e9,
    keepAlive: !flags.disableKeepalive,
    redirects: !flags.disableRedirects,
  };
}

function targetOf(text: string): URL {
  const hint = 'such as http://127.0.0.1:8080/mandelbrot';
  if (!URL.canParse(text)) throw new BadUsage(`load: expected a URL ${hint}, got ${JSON.stringify(text)}`);
  const url = new URL(text);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  throw new BadUsage(`load: expected a URL that begins with http:// or https://, ${hint}, got ${JSON.stringify(text)}`);
}

/** hey's way: each worker sends its share of n, rounded down. */
function perWorkerOf(n: string, workers: number): number {
  const requests = wholeNumber('n', n, 1, limits.requests);
  if (requests >= workers) return Math.floor(requests / workers);
  throw new BadUsage(`-n: expected at least as many requests as there are workers (-c ${workers}), got ${requests}`);
}

function rateOf(text: string): number {
  const rate = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && (rate === 0 || rate >= MIN_RATE) && rate <= limits.rate) return rate;
  throw new BadUsage(`-q: expected requests a second, from 0.001 to ${limits.rate}, got ${JSON.stringify(text)}`);
}
const MIN_RATE = 1e-3;

function durationOf(text: string): number {
  const ns = parseDuration(text);
  if (ns !== undefined && ns > 0 && ns <= limits.ns) return ns;
  throw new BadUsage(`-z: expected a duration up to 24h, such as 10s or 1m30s, got ${JSON.stringify(text)}`);
}

/** All headers, each name once: what the user says last holds. */
function headersOf(url: URL, method: string, flags: PlanFlags): Header[] {
  const headers = new Map<string, Header>();
  const set = (flag: string, name: string, value: string) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new BadUsage(`-${flag}: expected what may stand in a header, got ${JSON.stringify(`${name}: ${value}`)}`);
    }
    headers.set(name.toLowerCase(), [name, value]);
  };
  set('T', 'User-Agent', 'mandel-load');
  set('T', 'Content-Type', flags.T);
  if (!flags.disableCompression && method !== 'HEAD') set('T', 'Accept-Encoding', 'gzip');
  const login = flags.a ?? (url.username === '' ? undefined : loginOf(url));
  if (login !== undefined) {
    if (!login.includes(':')) throw new BadUsage(`-a: expected user:password, got ${JSON.stringify(login)}`);
    set('a', 'Authorization', `Basic ${Buffer.from(login).toString('base64')}`);
  }
  if (flags.A !== undefined) set('A', 'Accept', flags.A);
  for (const text of flags.H ?? []) {
    const [, name = '', value = ''] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? [];
    if (name === '')
      throw new BadUsage(`-H: expected a header such as "Accept: image/png", got ${JSON.stringify(text)}`);
    if (FRAMING.includes(name.toLowerCase())) throw new BadUsage(`-H: ${name} follows from the body: leave it out`);
    set('H', name, value);
  }
  if (flags.host !== undefined) set('host', 'Host', flags.host);
  return [...headers.values()];
}

function loginOf(url: URL): string {
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw new BadUsage('load: expected user and password in the URL with %XX for what is special, got a % of its own');
  }
}

function bodyOf({ d, D }: PlanFlags): Uint8Array {
  if (d !== undefined && D !== undefined) throw new BadUsage('load: expected one of -d and -D, got both');
  if (D === undefined) return Buffer.from(d ?? '');
  try {
    const { size } = statSync(D);
    if (size > limits.body) throw new Error(`expected at most ${limits.body} bytes, got ${size}`);
    return readFileSync(D);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new BadUsage(`-D ${D}: ${missing ? 'no such file' : reason(error)}`);
  }
}
