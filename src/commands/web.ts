// mandel web, or mandelweb: serves pictures over HTTP.

import { availableParallelism } from 'node:os';
import { parseDuration } from '../lib/duration.js';
import { defaultProcs, MAX_THREADS } from '../runtime/start.js';
import { listenAndServe, mandelwebOf } from '../service/index.js';
import { Command } from '../terminal/commander.js';
import { type PartFlags, partIn, partOptions } from '../terminal/flags/view.js';
import { BadUsage, choice, httpAddress, wholeNumber } from '../terminal/usage.js';

interface Flags extends PartFlags {
  readonly http: string;
  readonly procs?: string;
  readonly queue: string;
  readonly drain: string;
  readonly pprof: string;
  readonly quiet?: boolean;
}

/** The clients that may ask for profiles. */
const whose = [{ name: 'loopback' }, { name: 'any' }] as const;

export function webCommand(): Command {
  const command = new Command('mandel web')
    .description('Serves pictures of the Mandelbrot set over HTTP; every request is a goroutine.')
    .option('--http <address>', 'where to listen; port 0 is any that is free', '127.0.0.1:8080')
    .option('--procs <n>', `Ps (default: GOMAXPROCS, else the number of cores, here ${availableParallelism()})`)
    .option('--queue <duration>', 'longest wait for a free P; a request that would wait longer is answered 503', '2s')
    .option('--drain <duration>', 'longest time that the last answers may take after SIGTERM', '30s')
    .option('--pprof <whose>', 'who may see /debug/pprof/, which discloses source: loopback or any', 'loopback')
    .option('--quiet', 'no line on standard error for each request');
  return partOptions(command)
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      process.exitCode = await web(flags);
    });
}

const help = `
-center and -zoom are for pictures whose requests have neither.

Paths:
  /mandelbrot    a picture as PNG; keys: w, h, mode, workers, scene, kernel,
                 center, zoom, each as the flag of mandel
  /debug/pprof/  profiles and traces, for go tool pprof, mandel pprof,
                 go tool trace
  /metrics       counts and times, for Prometheus
  /healthz       200 while it accepts requests

SIGTERM or Ctrl-C ends it once all requests have been answered; a second one at
once. SIGQUIT ends it with every goroutine on standard error.`;

/** @returns the exit status */
async function web(flags: Flags): Promise<number> {
  const procs = flags.procs === undefined ? defaultProcs() : wholeNumber('procs', flags.procs, 1, MAX_THREADS);
  await httpAddress(flags.http); // for its error
  return listenAndServe({
    ...mandelwebOf(partIn(flags)),
    http: flags.http,
    procs,
    queueMs: milliseconds('queue', flags.queue),
    drainMs: milliseconds('drain', flags.drain),
    pprof: choice('pprof', flags.pprof, whose).name,
    quiet: flags.quiet ?? false,
  });
}

/** The longest duration of a flag: an hour, in milliseconds. */
const MAX_MS = 3_600_000;

/** A duration in one of Go's units: `2s`, `1.5s`, `500ms`. @throws BadUsage naming the flag */
function milliseconds(flag: string, text: string): number {
  const ns = /^\d{1,9}(?:\.\d{1,9})?(?:ms|s|m)$/.test(text) ? parseDuration(text) : undefined;
  const ms = ns === undefined ? Number.NaN : Math.round(ns / 1e6);
  if (ms <= MAX_MS) return ms;
  throw new BadUsage(`-${flag}: expected a duration up to 1h such as 500ms or 2s, got ${JSON.stringify(text)}`);
}
