// The processes of the campaign of mandelweb: the service, and real hey.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { distribution } from '#src/lib/distribution.js';

const program = fileURLToPath(new URL('../../src/mandelweb.js', import.meta.url));

/** A mandelweb that is up. */
export class Web {
  readonly url: string;
  readonly #child: ChildProcess;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;

  private constructor(url: string, child: ChildProcess, ended: Web['ended']) {
    this.url = url;
    this.#child = child;
    this.ended = ended;
  }

  /** Starts one on a port that is free. @throws Error with what it says if it does not come up */
  static async start(...args: readonly string[]): Promise<Web> {
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
    const child = spawn(process.execPath, [program, '-http', '127.0.0.1:0', '-quiet', ...args], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const kill = () => void child.kill('SIGKILL');
    process.once('exit', kill);
    let log = '';
    const ended: Web['ended'] = new Promise((resolve) => {
      child.on('close', (status, signal) => {
        process.off('exit', kill);
        resolve(status ?? signal);
      });
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const listening = /listening on (http:\S+)\n/.exec(log);
        if (listening) resolve(listening[1]!);
      });
      void ended.then((status) => reject(new Error(`mandelweb ended with ${status}: ${log}`)));
    });
    return new Web(url, child, ended);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Bytes of resident memory; 0 where the system does not say. */
  get resident(): number {
    try {
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))![1]) * 1024;
    } catch {
      return 0;
    }
  }

  /** A metric of its own. */
  metric(name: string): Promise<number> {
    return this.#figure(`mandelweb_${name}`);
  }

  /** Seconds of processor time that it has taken so far. */
  cpu(): Promise<number> {
    return this.#figure('process_cpu_seconds_total');
  }

  async #figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** Tells it to end. @returns its exit status */
  async stop(): Promise<Awaited<Web['ended']>> {
    this.#child.kill('SIGTERM');
    return this.ended;
  }
}

/** Load generators: hey, and ours, which takes the same flags. */
export const generators: Readonly<Record<string, readonly string[]>> = {
  hey: ['hey'],
  'mandel load': [process.execPath, fileURLToPath(new URL('../../src/cli.js', import.meta.url)), 'load'],
};

/** What a load generator has seen. */
export interface Seen {
  /** Answers, by status; 0 is those that failed. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Seconds from the first answer to the last. */
  readonly seconds: number;
  /** How long those with status 200 took, in seconds. */
  readonly good: ReturnType<typeof distribution>;
  readonly perSecond: { readonly all: number; readonly good: number };
}

/**
 * Runs a load generator with these flags of hey's against `url`.
 * @throws Error if it is not here
 */
export async function load(flags: readonly string[], url: string, generator = 'hey'): Promise<Seen> {
  const asked = Number(flags[flags.indexOf('-n') + 1] ?? 0);
  const [file = '', ...first] = generators[generator]!;
  const { text, ms } = await run(file, [...first, ...flags, '-t', '60', '-o', 'csv', url]);
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',').map(Number));
  const statuses = new Map<number, number>();
  for (const row of rows) statuses.set(row[6]!, (statuses.get(row[6]!) ?? 0) + 1);
  // What failed has no row.
  if (flags.includes('-n') && rows.length < asked) statuses.set(0, asked - rows.length);
  // Connect, write, wait, read. The first column of ours counts from when the request was due, which is about the workers.
  const tookOf = (row: readonly number[]) => row[1]! + row[3]! + row[4]! + row[5]!;
  const took = (status: number) => rows.filter((row) => row[6] === status).map(tookOf);
  const seconds = Math.max(ms / 1e3, ...rows.map((row) => row[7]! + row[0]!));
  const good = distribution(Float64Array.from(took(200)));
  return { statuses, seconds, good, perSecond: { all: rows.length / seconds, good: good.n / seconds } };
}

function run(file: string, args: readonly string[]): Promise<{ readonly text: string; readonly ms: number }> {
  const since = performance.now();
  return new Promise((resolve, reject) => {
    execFile(file, args, { maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${file}: ${error.message.split('\n')[0]} ${stderr.trim()}`));
      else resolve({ text: stdout, ms: performance.now() - since });
    });
  });
}
