// listenAndServe: runs a service from its start to the signal that ends it. After ListenAndServe in net/http, with the handlers
// that importing net/http/pprof adds.
//
// The module that calls it is loaded by every thread of the runtime as well, because goroutines run its handlers. There,
// listenAndServe does nothing. So one module can contain both the call and the handlers, as a program in Go does, and the threads
// load nothing of HTTP.

import { i32 } from '../go/types.js';
import type { ServeOptions, Service } from './serve.js';

/**
 * Serves until the process gets SIGTERM or SIGINT, then answers all requests that it has accepted, and returns. A second
 * signal ends the process at once. SIGQUIT ends it with every goroutine on standard error. On a thread of the runtime it does nothing.
 * @returns the exit status: 0; 2 after SIGQUIT; 1 if it could not listen, which one line on standard error explains; or what the program
 * ended with, if that ended by itself
 * @example
 * await listenAndServe({ http: '127.0.0.1:8000', program: import.meta.url, routes: { '/pi': 'pi' } });
 */
export async function listenAndServe(options: ServeOptions): Promise<number> {
  if (i32.length > 0) return 0; // only a thread of the runtime has shared memory
  const { serve } = await import('./serve.js');
  const { name = 'service' } = options;
  const say = (text: string) => process.stderr.write(`${name}: ${text}\n`);
  const signal = signals();
  let service: Service | undefined;
  try {
    service = await serve(options);
    say(`listening on ${service.url}`);
    const result = await Promise.race([signal.first, service.ended]);
    if (result === 'SIGQUIT') {
      const { report, exitCode } = await service.quit();
      process.stderr.write(report);
      return exitCode;
    }
    if (result === undefined) return (await service.drain()).exitCode;
    await service.stop();
    process.stderr.write(result.report);
    return result.exitCode === 0 ? 1 : result.exitCode; // it was not told to end
  } catch (error) {
    say((error as Error).message);
    await service?.stop();
    return 1;
  } finally {
    signal.done();
  }
}

/** Exit status after a second signal: that of a shell whose command was ended by SIGINT. */
const INTERRUPTED = 130;

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGQUIT'];

/** The first signal, which resolves `first`; the second one ends the process. */
function signals(): { readonly first: Promise<'SIGQUIT' | undefined>; done(): void } {
  let signalled = false;
  let resolve: (value: 'SIGQUIT' | undefined) => void = () => {};
  const first = new Promise<'SIGQUIT' | undefined>((fulfil) => {
    resolve = fulfil;
  });
  const onSignal = (name: NodeJS.Signals) => {
    if (signalled) process.exit(INTERRUPTED);
    signalled = true;
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
