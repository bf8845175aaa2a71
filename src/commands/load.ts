// mandel load: sends a server many requests, and reports how it answers them. After rakyll/hey, whose flags it has.

import { readFileSync, statSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { inLocale } from '../lib/locale.js';
import { noun, parseDuration } from '../lib/numbers.js';
import { reason } from '../lib/systemerror.js';
import type { Done } from '../load/exchange.js';
import { type Header, limits, type Plan } from '../load/plan.js';
import { csvHead, csvLine, report } from '../load/report.js';
import { runLoad } from '../load/run.js';
import { Stats } from '../load/stats.js';
import { Command } from '../terminal/commander.js';
import { INTERRUPTED, interruptible } from '../terminal/interrupt.js';
import { statusLine } from '../terminal/progress.js';
import { BadUsage, choice, wholeNumber } from '../terminal/usage.js';

/** hey's flags. */
interface Flags {
  readonly o?: string;
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

const formats = [{ name: 'csv' }];

/** Milliseconds between two updates of the progress line. */
const PROGRESS_MS = 200;

/** Characters of CSV that are collected before they are written. */
const CSV_CHUNK = 2 ** 16;

export function loadCommand(): Command {
  return new Command('mandel load')
    .usage('[flags] URL')
    .description(
      'Sends requests to a server, many at a time or at a rate, and reports how it answers; the flags and the report ' +
        "are those of hey. With -q, latency counts from when a request was due, so that a server's pause shows in full.",
    )
    .argument('[url]', 'what to request, with http:// or https://')
    .argument('[more...]')
    .option('--n <requests>', 'how many; each worker sends its share of them, rounded down', '200')
    .option('--c <workers>', 'how many at a time', '50')
    .option('--q <rate>', 'requests per second of each worker; 0 is as many as possible', '0')
    .option('--z <duration>', 'how long, such as 10s or 1m30s, instead of how many')
    .option('--t <seconds>', 'how long to wait for a complete answer; 0 is without limit', '20')
    .option('--o <format>', 'csv: one line per answer instead of the report')
    .option('--m <method>', 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS', 'GET')
    .option('--H <header>', '"Name: value"; may be repeated', (value: string, all: string[] = []) => [...all, value])
    .option('--A <types>', 'header Accept')
    .option('--d <body>', 'body of each request')
    .option('--D <file>', 'the same, from a file')
    .option('--T <type>', 'header Content-Type', 'text/html')
    .option('--a <login>', 'user:password, for basic authentication')
    .option('--host <name>', 'header Host')
    .option('--disable-compression', 'ask for no gzip')
    .option('--disable-keepalive', 'a connection for each request')
    .option('--disable-redirects', 'follow no redirects; those to another host are never followed')
    .addHelpText('after', '\nExit status: 0, or 1 if no answer had a 2xx status, 2 for bad usage, 130 for\nCtrl-C.')
    .passThroughOptions()
    .action(async (url: string | undefined, more: string[], flags: Flags) => {
      process.exitCode = await load(url, more, flags);
    });
}

/** @returns the exit status */
async function load(url: string | undefined, more: readonly string[], flags: Flags): Promise<number> {
  if (url === undefined) throw new BadUsage('load: expected a URL to ask, got nothing; see mandel load -help');
  if (more.length > 0) {
    const got = JSON.stringify([url, ...more].join(' '));
    throw new BadUsage(`load: expected one URL after the flags, got ${got}; flags come first`);
  }
  const plan = planOf(url, flags);
  if (flags.o !== undefined) choice('o', flags.o, formats);
  const csv = flags.o === undefined ? undefined : csvWriter();
  const stats = new Stats();
  const interrupt = interruptible(() => {});
  const stop = new AbortController();
  let unreadable: Error | undefined;
  interrupt.signal.addEventListener('abort', () => stop.abort());
  process.stdout.on('error', (error) => {
    unreadable = error;
    stop.abort();
  });
  const clearProgress = showProgress(plan, stats);
  try {
    await runLoad(plan, { signal: stop.signal, stats, ...(csv ? { record: csv.add } : {}) });
  } finally {
    clearProgress();
    interrupt.done();
  }
  if (unreadable !== undefined) {
    // The reader of the lines has closed the pipe.
    if ((unreadable as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw new Error(`standard output: ${reason(unreadable)}`);
  }
  if (csv) csv.flush();
  else process.stdout.write(inLocale(report(stats)));
  if (interrupt.signal.aborted) return INTERRUPTED;
  return stats.latency.n > 0 ? 0 : 1;
}

/** Shows a progress line. @returns what ends it */
function showProgress(plan: Plan, stats: Stats): () => void {
  if (!process.stderr.isTTY) return () => {};
  const line = statusLine();
  const began = performance.now();
  const timer = setInterval(() => {
    const seconds = (performance.now() - began) / 1e3;
    line.show(`load: ${progressText(plan, stats, seconds)}`);
  }, PROGRESS_MS);
  return () => {
    clearInterval(timer);
    line.clear();
  };
}

function progressText({ workers, perWorker, forNs }: Plan, stats: Stats, seconds: number): string {
  const { answers, failures, latency } = stats;
  const ended = answers + failures;
  const all = workers * perWorker;
  const share = all < Number.POSITIVE_INFINITY ? ended / all : (seconds * 1e9) / forNs;
  const bad = ended - latency.n;
  return (
    `${Math.min(100, Math.floor(100 * share))}%, ${ended} ${noun(ended, 'request')}, ` +
    `${(ended / seconds).toFixed(1)}/s${bad > 0 ? `, ${bad} without success` : ''}, ${seconds.toFixed(1)}s`
  );
}

/** Writes lines of CSV to standard output, many at once. */
function csvWriter(): { add(done: Done): void; flush(): void } {
  let text = csvHead;
  const flush = () => {
    if (text !== '') process.stdout.write(text);
    text = '';
  };
  return {
    add(done) {
      text += csvLine(done);
      if (text.length >= CSV_CHUNK) flush();
    },
    flush,
  };
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].map((name) => ({ name }));

/** Headers that say where a message ends: with a wrong value the server would misread every request. */
const FRAMING = ['content-length', 'transfer-encoding'];

/** The most that -t accepts, in seconds: the most that the whole load may take. */
const MAX_TIMEOUT = limits.ns / 1e9;

/** The load that the flags ask for. @throws BadUsage */
function planOf(url: string, flags: Flags): Plan {
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

/** The smallest rate but 0, in requests per second. */
const MIN_RATE = 1e-3;

function rateOf(text: string): number {
  const rate = Number(text);
  if (/^(\d+\.?\d*|\.\d+)$/.test(text) && (rate === 0 || rate >= MIN_RATE) && rate <= limits.rate) return rate;
  throw new BadUsage(`-q: expected requests per second, from 0.001 to ${limits.rate}, got ${JSON.stringify(text)}`);
}

function durationOf(text: string): number {
  const ns = parseDuration(text);
  if (ns !== undefined && ns > 0 && ns <= limits.ns) return ns;
  throw new BadUsage(`-z: expected a duration up to 24h, such as 10s or 1m30s, got ${JSON.stringify(text)}`);
}

/** The headers of a request, each name once: of the user's the last one counts. */
function headersOf(url: URL, method: string, flags: Flags): Header[] {
  const headers = new Map<string, Header>();
  const set = (flag: string, name: string, value: string) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new BadUsage(`-${flag}: expected a header's name and value, got ${JSON.stringify(`${name}: ${value}`)}`);
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
    throw new BadUsage(
      'load: expected user and password in the URL with %XX for special characters, got a % without XX',
    );
  }
}

function bodyOf({ d, D }: Flags): Uint8Array {
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
