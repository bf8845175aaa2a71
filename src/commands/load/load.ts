// mandel load: asks a server again and again, and says how it took it. After rakyll/hey.

import { inLocale } from '../../lib/locale.js';
import { reason } from '../../lib/reason.js';
import type { Done } from '../../load/exchange.js';
import type { Plan } from '../../load/plan.js';
import { csvHead, csvLine, report } from '../../load/report.js';
import { runLoad } from '../../load/run.js';
import { Stats } from '../../load/stats.js';
import { Command } from '../../terminal/commander.js';
import { INTERRUPTED, interruptible } from '../../terminal/interrupt.js';
import { statusLine } from '../../terminal/progress.js';
import { BadUsage, choice } from '../../terminal/usage.js';
import { type PlanFlags, planOf } from './loadflags.js';

interface Flags extends PlanFlags {
  readonly o?: string;
}

const formats = [{ name: 'csv' }];

/** Milliseconds between two looks at what there is so far. */
const PROGRESS_MS = 200;

/** Characters of CSV that are written at once. */
const CSV_CHUNK = 2 ** 16;

export function loadCommand(): Command {
  return new Command('mandel load')
    .usage('[flags] URL')
    .description(
      'Sends requests to a server, many at a time or at a rate, and says how it took them; the flags and the report ' +
        "are those of hey. With -q, latency counts from when a request was due, so that a server's pause shows in full.",
    )
    .argument('[url]', 'whom to ask, with http:// or https://')
    .argument('[more...]')
    .option('--n <requests>', 'how many; each worker sends its share of them, rounded down', '200')
    .option('--c <workers>', 'how many at a time', '50')
    .option('--q <rate>', 'requests a second, for each worker; 0 is as many as it can', '0')
    .option('--z <duration>', 'how long, such as 10s or 1m30s, instead of how many')
    .option('--t <seconds>', 'how long to wait for a whole answer; 0 is for ever', '20')
    .option('--o <format>', 'csv: one line an answer instead of the report')
    .option('--m <method>', 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS', 'GET')
    .option('--H <header>', '"Name: value"; may be repeated', (value: string, all: string[] = []) => [...all, value])
    .option('--A <types>', 'header Accept')
    .option('--d <body>', 'what each request carries')
    .option('--D <file>', 'the same, from a file')
    .option('--T <type>', 'header Content-Type', 'text/html')
    .option('--a <login>', 'user:password, for basic authentication')
    .option('--host <name>', 'header Host')
    .option('--disable-compression', 'ask for no gzip')
    .option('--disable-keepalive', 'a connection for each request')
    .option('--disable-redirects', 'take a redirect for an answer; one to another host always is')
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
    // Whoever reads the lines has read enough.
    if ((unreadable as NodeJS.ErrnoException).code === 'EPIPE') return 0;
    throw new Error(`standard output: ${reason(unreadable)}`);
  }
  if (csv) csv.flush();
  else process.stdout.write(inLocale(report(stats)));
  if (interrupt.signal.aborted) return INTERRUPTED;
  return stats.latency.n > 0 ? 0 : 1;
}

/** Shows how far the load is, until it is called off. */
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
    `${Math.min(100, Math.floor(100 * share))}%, ${ended} request${ended === 1 ? '' : 's'}, ` +
    `${(ended / seconds).toFixed(1)}/s${bad > 0 ? `, ${bad} without success` : ''}, ${seconds.toFixed(1)}s`
  );
}

/** Writes lines to standard output, many at once. */
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
