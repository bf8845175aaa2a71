// A running service: one run of a program, for as long as the service is up, and the app in front of it.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as NetServer } from 'node:net';
import { type Address, parseAddress, urlOf, whyNotListening } from '../lib/address.js';
import { enableProfiles, liveGoroutines, liveProfile } from '../profile/index.js';
import { type Dialer, defaultProcs, QUIT, type RunResult, Runtime } from '../runtime/start.js';
import { Admission } from './admission.js';
import { type App, createApp } from './app.js';
import { MAX_QUEUED, QUIET_MS } from './limits.js';
import { logger } from './log.js';
import type { Page } from './page.js';
import { type Profiles, plainRoute, type Route } from './parts.js';
import { serviceProgram } from './program.js';

/** Default of the longest wait for a place, in milliseconds: less than the patience of a person at a browser. */
const QUEUE_MS = 2_000;
/** Default of the longest drain, in milliseconds: what orchestrators wait before they kill a process. */
const DRAIN_MS = 30_000;

/** What a service serves, and where. */
export interface ServeOptions {
  /** Where to listen: `127.0.0.1:8000`; `:8000` is all addresses of the machine, port 0 any free port. */
  readonly http: string;
  /** URL of the module that exports the handlers, `import.meta.url`; none if the routes use only the service's own handlers. */
  readonly program?: string;
  /** The paths, and the handlers that answer there: by name, or as a Route. */
  readonly routes: Readonly<Record<string, string | Route>>;
  /** The page at `/`. */
  readonly page?: Page;
  /** Name of the service in its messages and metrics; default `service`. */
  readonly name?: string;
  /** Number of Ps; default as of run(). */
  readonly procs?: number;
  /** The longest wait of a request for a place, in milliseconds; default 2000. */
  readonly queueMs?: number;
  /** Milliseconds that the last answers may take when the service ends; default 30000. */
  readonly drainMs?: number;
  /** Which clients may take profiles; default those on this machine. */
  readonly pprof?: 'loopback' | 'any';
  /** True to log no line per request. */
  readonly quiet?: boolean;
}

/** A running service. */
export interface Service {
  /** The address where it listens. */
  readonly url: string;
  /** The ending of its program. It ends by itself only because of an error, else by one of the methods below. */
  readonly ended: Promise<RunResult>;
  /** Accepts no more connections, answers all requests, and ends the program. */
  drain(): Promise<RunResult>;
  /** Ends the program and the server at once. */
  stop(): Promise<void>;
  /** The same as stop(); the report of the program has every goroutine. */
  quit(): Promise<RunResult>;
}

/**
 * Starts a service.
 * @throws Error in one line, if the address is malformed or in use, or the program does not start
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
      admission: new Admission({ places: procs, promiseMs: options.queueMs ?? QUEUE_MS, most: MAX_QUEUED }),
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

/** Starts the program. `listening` is rejected if it ends before it listens. */
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

/** Listens. @returns the URL @throws Error in one line */
function listen(server: App['app']['server'], text: string, { host, port }: Address): Promise<string> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(new Error(`listen ${text}: ${whyNotListening(error)}`, { cause: error }));
    server.once('error', failed);
    // Without a host, at all addresses of the machine.
    server.listen(host === '' ? { port } : { host, port }, () => {
      server.off('error', failed);
      const { port: given } = server.address() as AddressInfo;
      resolve(urlOf({ host: host || '127.0.0.1', port: given }));
    });
  });
}

/** The profiles of a runtime. */
function profilesOf(runtime: Runtime): Profiles {
  return {
    profile: (kind, options) => liveProfile(runtime, kind, options),
    goroutines: (debug) => liveGoroutines(runtime, debug),
  };
}

/** Milliseconds between two checks whether all requests have been answered. */
const POLL_MS = 20;
/** Event-loop turns in which we wait for one without a new connection. */
const TURNS = 100;

export interface DrainOptions {
  /** Number of requests that are being answered. */
  readonly inFlight: () => number;
  /** Milliseconds after which the remaining connections are closed. */
  readonly ms: number;
  /** Is called when no more connections are accepted: from then on, connections are to be closed after their answers. */
  readonly onClosed: () => void;
}

// Two things could lose a request that a client has sent. The system accepts connections before Node does, and closes those
// that are still in its queue when Node stops listening: so we stop after an event-loop turn in which none has arrived. And a
// connection that is idle for us may already carry its next request: so idle connections stay open for QUIET_MS, in which they
// may bring one more request, and are closed with its answer.

/**
 * Drains a service: stops listening, and resolves when all connections have ended, by themselves or because they are closed
 * after `ms`. After Shutdown in net/http/server.go.
 */
export async function drain(server: Server, { inFlight, ms, onClosed }: DrainOptions): Promise<void> {
  const until = performance.now() + ms;
  await quietTurn(server);
  let closed = false;
  // Not Server.close of http, which closes idle connections at once.
  NetServer.prototype.close.call(server, () => {
    closed = true;
  });
  onClosed();
  const quiet = performance.now() + Math.min(ms, QUIET_MS);
  while (!closed && performance.now() < quiet) await pause();
  server.closeIdleConnections();
  while (!closed && inFlight() > 0 && performance.now() < until) await pause();
  // The clients of the remaining connections have sent half a request, or do not take their answers.
  server.closeAllConnections();
  while (!closed && performance.now() < until) await pause();
}

/** Resolves after an event-loop turn without a new connection. In each turn, Node accepts all connections that have arrived. */
async function quietTurn(server: Server): Promise<void> {
  let came = true;
  const onConnection = () => {
    came = true;
  };
  server.on('connection', onConnection);
  for (let left = TURNS; came && left > 0; left--) {
    came = false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off('connection', onConnection);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
