// A service that is up: one run of a program, for as long as the service is there, and the app in front of it.

import type { AddressInfo } from 'node:net';
import { type Address, parseAddress, urlOf, whyNotListening } from '../lib/address.js';
import { enableProfiles } from '../profile/index.js';
import { type Dialer, defaultProcs, QUIT, type RunResult, Runtime } from '../runtime/start.js';
import { Admission } from './admission.js';
import { type App, createApp } from './app.js';
import { drain } from './drain.js';
import { IN_LINE } from './limits.js';
import type { ServeOptions } from './listen.js';
import { logger } from './log.js';
import { profilesOf } from './profiles.js';
import { serviceProgram } from './program.js';
import { plainRoute } from './route.js';

/** How long a request may be made to wait, and a drain may take, unless somebody says otherwise. */
const QUEUE_MS = 2_000;
const DRAIN_MS = 30_000;

/** A service that is up. */
export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** How its program has ended: by itself, if nobody has drained or stopped the service. */
  readonly ended: Promise<RunResult>;
  /** Lets nobody in any more, answers those who are in, and ends the program. */
  drain(): Promise<RunResult>;
  /** Ends everything where it is. */
  stop(): Promise<void>;
  /** The same; the report of the program has every goroutine. */
  quit(): Promise<RunResult>;
}

/**
 * Starts a service.
 * @throws Error in one line, if the address is none or taken, or the program does not come up
 */
export async function serve(options: ServeOptions): Promise<Service> {
  const { http, procs = defaultProcs(), name = 'service' } = options;
  const address = parseAddress(http);
  if (address === undefined) {
    throw new Error(`listen ${JSON.stringify(http)}: expected host:port such as 127.0.0.1:8080`);
  }
  const log = logger();
  const controller = new AbortController();
  const modules = serviceProgram(options.program === undefined ? [] : [options.program]);
  const runtime = new Runtime(procs, modules);
  const { ended, listening, pixels } = start(runtime, modules, controller.signal);
  let shown: App | undefined;
  const stop = async () => {
    controller.abort();
    await ended.catch(() => {});
    await shown?.app.close();
    await runtime.close();
  };
  try {
    const dialer = await listening;
    await enableProfiles(runtime);
    shown = createApp({
      name,
      log,
      routes: Object.fromEntries(
        Object.entries(options.routes).map(([path, to]) => [path, typeof to === 'string' ? plainRoute(to) : to]),
      ),
      ...(options.page && { page: options.page }),
      dial: (request, signal) => dialer.call(request, signal),
      admission: new Admission({ places: procs, promiseMs: options.queueMs ?? QUEUE_MS, most: IN_LINE }),
      profiles: profilesOf(runtime),
      gauges() {
        const { procs, alive, memory } = dialer.stats();
        return { procs, goroutines: alive, sharedBytes: memory, pixels: pixels() };
      },
      pprof: options.pprof ?? 'loopback',
      argv: process.argv,
      logRequests: !options.quiet,
    });
    const { app, inFlight, beginDrain } = shown;
    await app.ready();
    const url = await listen(app.server, http, address);
    return {
      url,
      ended,
      async drain() {
        await drain(app.server, { inFlight, ms: options.drainMs ?? DRAIN_MS, onClosed: beginDrain });
        dialer.close();
        const result = await ended;
        await stop();
        return result;
      },
      stop,
      async quit() {
        controller.abort(QUIT);
        const result = await ended;
        await stop();
        return result;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs the program. `listening` is rejected if it ends before it listens. */
function start(
  runtime: Runtime,
  modules: readonly string[],
  signal: AbortSignal,
): { readonly ended: Promise<RunResult>; readonly listening: Promise<Dialer>; readonly pixels: () => number } {
  let listens: (dialer: Dialer) => void = () => {};
  const up = new Promise<Dialer>((resolve) => {
    listens = resolve;
  });
  let pixels = 0;
  const onProgress = (painted: number) => {
    pixels = painted;
  };
  const ended = runtime.run({ modules }, { signal, onListen: listens, onProgress });
  const listening = Promise.race([
    up,
    ended.then(({ report }) => {
      throw new Error(report.trim() || 'the program has ended before it listened');
    }),
  ]);
  return { ended, listening, pixels: () => pixels };
}

/** @returns the URL where it listens @throws Error in one line */
function listen(server: App['app']['server'], text: string, { host, port }: Address): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`listen ${text}: ${whyNotListening(error)}`, { cause: error }));
    server.once('error', failed);
    // Without a host: at all of the machine's addresses.
    server.listen(host === '' ? { port } : { host, port }, () => {
      server.off('error', failed);
      const { port: given } = server.address() as AddressInfo;
      resolve(urlOf({ host: host || '127.0.0.1', port: given }));
    });
  });
}
