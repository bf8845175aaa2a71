// Services for tests: the app with everything around it made up, and mandelweb as its users have it.

import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Admission, type Time } from '#src/service/admission.js';
import type { Parts } from '#src/service/parts.js';

/** A clock that moves when it is told to. */
export class FakeTime implements Time {
  #now = 0;
  readonly #timers: { readonly at: number; readonly act: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, act: () => void): () => void {
    const timer = { at: this.#now + ms, act };
    this.#timers.push(timer);
    return () => {
      const k = this.#timers.indexOf(timer);
      if (k >= 0) this.#timers.splice(k, 1);
    };
  }

  /** So many milliseconds pass. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.splice(this.#timers.indexOf(due), 1);
      this.#now = Math.max(this.#now, due.at);
      due.act();
    }
    this.#now = end;
  }
}

/** Parts of an app whose handlers answer `hello` at once. */
export function fakeParts(others: Partial<Parts> = {}): Parts {
  return {
    name: 'fake',
    routes: {},
    dial: async () => ({ head: '{"status":200,"headers":{}}', body: Buffer.from('hello'), done() {} }),
    admission: new Admission({ places: 2, promiseMs: 1000, most: 10 }),
    profiles: {
      profile: async () => ({ sampleTypes: [], samples: [], locations: [], functions: [] }),
      goroutines: async (debug) => `goroutines ${debug}\n`,
    },
    gauges: () => ({ procs: 2, goroutines: 3, sharedBytes: 4096, pixels: 5 }),
    pprof: 'loopback',
    argv: ['node', 'fake', '-x'],
    log() {},
    logRequests: false,
    ...others,
  };
}

/** A service in a process of its own. */
export interface Up {
  readonly child: ChildProcess;
  readonly url: string;
  readonly port: number;
  /** Its standard error so far. */
  log(): string;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** The program mandelweb. */
export const webPath = fileURLToPath(new URL('../../dist/src/mandelweb.js', import.meta.url));
/** Milliseconds after which a service is killed: that of one test, a little before the test's own timeout; that of a file's tests. */
const HANG_MS = 55_000;
const SHARED_HANG_MS = 10 * 60_000;

/** Starts mandelweb on a port that is free. It is killed when the test is over, if it is still there. */
export function startWeb(...args: readonly string[]): Promise<Up> {
  return startService(webPath, ['-http', '127.0.0.1:0', ...args]);
}

/**
 * Starts the service in `file`, and waits until it listens.
 * @param over registers a function that kills it, for a service that several tests share
 * @throws Error with what it says if it does not listen
 */
export async function startService(
  file: string,
  args: readonly string[],
  over: (kill: () => void) => void = onTestFinished,
): Promise<Up> {
  const { GOMAXPROCS: _, NODE_OPTIONS: __, LC_ALL: ___, LC_CTYPE: ____, LANG: _____, ...env } = process.env;
  const child = spawn(process.execPath, [file, ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: over === onTestFinished ? HANG_MS : SHARED_HANG_MS,
    killSignal: 'SIGKILL',
  });
  over(() => void child.kill('SIGKILL'));
  let log = '';
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const listening = /listening on (http:\S+)\n/.exec(log);
      if (listening) resolve(listening[1]!);
    });
    void ended.then((status) => reject(new Error(`ended with ${status} before it listened: ${log}`)));
  });
  return { child, url, port: Number(new URL(url).port), log: () => log, ended };
}

/** The value of a metric of mandelweb's own. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, value] = new RegExp(`^mandelweb_${name} (\\S+)$`, 'm').exec(text) ?? [];
  return Number(value);
}

/** Resolves once `met` is true. */
export async function eventually(met: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 20));
}
