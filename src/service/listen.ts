// listenAndServe: a service from its first request to its last. After ListenAndServe in net/http, and the handlers that
// importing net/http/pprof adds.
//
// The module that calls it is loaded by every thread of the runtime as well, because the handlers in it are goroutines'. It
// is loaded there under a URL with a mark, and where it finds that mark listenAndServe does nothing. So the module of a
// service can have both in it, as a program in Go has, and threads load nothing of HTTP.

import type { Page } from './page.js';
import type { Route } from './route.js';

export interface ServeOptions {
  /** Where to listen: `127.0.0.1:8000`; `:8000` is all of the machine's addresses, port 0 any that is free. */
  readonly http: string;
  /** The module that exports the handlers, `import.meta.url`; none if the routes need only the service's own. */
  readonly program?: string;
  /** The paths, and the names of the handlers that answer there. */
  readonly routes: Readonly<Record<string, string | Route>>;
  /** What is shown at `/`. */
  readonly page?: Page;
  /** What the service is called when it speaks, and in its metrics; default `service`. */
  readonly name?: string;
  /** How many Ps; default as of run(). */
  readonly procs?: number;
  /** Milliseconds that nobody has to wait longer than for a place; default 2000. */
  readonly queueMs?: number;
  /** Milliseconds that the last answers may take once the service is told to end; default 30000. */
  readonly drainMs?: number;
  /** Whose requests profiles are for; default this machine's. */
  readonly pprof?: 'loopback' | 'any';
  /** No line in the log for each request. */
  readonly quiet?: boolean;
}

/** What marks the URL of a program's module for threads, and its value. */
const MARK = ['on', 'thread'] as const;

/** The URL under which threads load the program's module. */
function marked(program: string): string {
  const url = new URL(program);
  url.searchParams.set(...MARK);
  return url.href;
}

function isMarked(program: string): boolean {
  const [key, value] = MARK;
  return new URL(program).searchParams.get(key) === value;
}

/**
 * Serves until the process gets SIGTERM or SIGINT, then answers all requests that it has accepted, and returns. A second
 * signal ends the process at once. On a thread of the runtime it does nothing.
 * @returns the exit status: 0, or what the program ended with if it ended by itself
 * @throws Error in one line, if the address is none or taken, or the program does not come up
 * @example
 * await listenAndServe({ http: '127.0.0.1:8000', program: import.meta.url, routes: { '/pi': 'pi' } });
 */
export async function listenAndServe(options: ServeOptions): Promise<number> {
  const { program } = options;
  if (program !== undefined && isMarked(program)) return 0;
  const { serve } = await import('./serve.js');
  const told = signals();
  try {
    const service = await serve({ ...options, ...(program !== undefined && { program: marked(program) }) });
    process.stderr.write(`${options.name ?? 'service'}: listening on ${service.url}\n`);
    const result = await Promise.race([told.first, service.ended]);
    if (result === undefined) return (await service.drain()).exitCode;
    await service.stop();
    process.stderr.write(result.report);
    return result.exitCode === 0 ? 1 : result.exitCode; // nobody told it to end
  } finally {
    told.done();
  }
}

/** Exit status after a second signal, as a shell has it for the first. */
const INTERRUPTED = 130;

/** The first signal to end; the second ends the process. */
function signals(): { readonly first: Promise<undefined>; done(): void } {
  let told = false;
  let resolve: (value: undefined) => void = () => {};
  const first = new Promise<undefined>((fulfil) => {
    resolve = fulfil;
  });
  const onSignal = () => {
    if (told) process.exit(INTERRUPTED);
    told = true;
    resolve(undefined);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    first,
    done() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
