// listenAndServe: a service from its first request to its last. After ListenAndServe in net/http, and the handlers that
// importing net/http/pprof adds.
//
// The module that calls it is loaded by every thread of the runtime as well, because the handlers in it are goroutines'.
// There listenAndServe does nothing. So the module of a service can have both in it, as a program in Go has, and threads
// load nothing of HTTP.

import { i32 } from '../go/types.js';
import type { Page } from './page.js';
import type { Route } from './route.js';
import type { Service } from './serve.js';

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

/**
 * Serves until the process gets SIGTERM or SIGINT, then answers all requests that it has accepted, and returns. A second
 * signal ends the process at once. SIGQUIT ends it with every goroutine on standard error. On a thread of the runtime it does nothing.
 * @returns the exit status: 0; 2 after SIGQUIT; 1 if it could not listen, which one line on standard error explains; or what the program
 * ended with, if that ended by itself
 * @example
 * await listenAndServe({ http: '127.0.0.1:8000', program: import.meta.url, routes: { '/pi': 'pi' } });
 */
export async function listenAndServe(options: ServeOptions): Promise<number> {
  if (i32.length > 0) return 0; // there is shared memory: this is a thread of the runtime
  const { serve } = await import('./serve.js');
  const { name = 'service' } = options;
  const say = (text: string) => process.stderr.write(`${name}: ${text}\n`);
  const told = signals();
  let service: Service | undefined;
  try {
    service = await serve(options);
    say(`listening on ${service.url}`);
    const result = await Promise.race([told.first, service.ended]);
    if (result === 'SIGQUIT') {
      const { report, exitCode } = await service.quit();
      process.stderr.write(report);
      return exitCode;
    }
    if (result === undefined) return (await service.drain()).exitCode;
    await service.stop();
    process.stderr.write(result.report);
    return result.exitCode === 0 ? 1 : result.exitCode; // nobody told it to end
  } catch (error) {
    say((error as Error).message);
    await service?.stop();
    return 1;
  } finally {
    told.done();
  }
}

/** Exit status after a second signal, as a shell has it for the first. */
const INTERRUPTED = 130;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGQUIT'];

/** The first signal to end; the second ends the process. */
function signals(): { readonly first: Promise<'SIGQUIT' | undefined>; done(): void } {
  let told = false;
  let resolve: (value: 'SIGQUIT' | undefined) => void = () => {};
  const first = new Promise<'SIGQUIT' | undefined>((fulfil) => {
    resolve = fulfil;
  });
  const onSignal = (name: NodeJS.Signals) => {
    if (told) process.exit(INTERRUPTED);
    told = true;
    resolve(name === 'SIGQUIT' ? name : undefined);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    first,
    done() {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
