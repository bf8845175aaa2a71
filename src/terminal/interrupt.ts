// Ctrl-C: the first stops the run in order, the second ends the process at once. Ctrl-\ is the same for a run, whose report then
// has every goroutine.

/** Exit status after a signal, as a shell has it for SIGINT; after SIGQUIT, as Go has it. */
export const INTERRUPTED = 130;
const QUITTED = 2;

/**
 * Milliseconds after the first signal in which others are the same one: timeout(1), for one, sends it to the process and then
 * to its group. No person is as quick.
 */
const SAME_MS = 100;

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM, or by SIGQUIT, which is then the reason. */
  readonly signal: AbortSignal;
  /** Signals are the system's again. */
  done(): void;
  /**
   * Ends the process by the signal that it got, if it got one: where a thread is in a call that cannot be interrupted,
   * process.exit() and a return from main wait for it.
   */
  die(): void;
}

/**
 * A signal that the first SIGINT or SIGTERM aborts, and, where there are threads to abandon, SIGQUIT.
 * @param last runs before a second one ends the process
 * @param abandon ends the threads then; @returns false if one of them cannot be ended
 */
export function interruptible(last: () => void, abandon?: () => Promise<boolean>): Interrupt {
  const controller = new AbortController();
  let got: NodeJS.Signals | undefined;
  let since = 0;
  let ending = false;
  // A command that runs no goroutines has nothing to say: SIGQUIT is the system's.
  const signals: readonly NodeJS.Signals[] = abandon ? ['SIGINT', 'SIGTERM', 'SIGQUIT'] : ['SIGINT', 'SIGTERM'];
  const done = () => {
    for (const name of signals) process.off(name, onSignal);
  };
  const die = () => {
    done();
    if (got !== undefined) process.kill(process.pid, got);
  };
  const end = async () => {
    if ((await abandon?.()) === false) die();
    process.exit(got === 'SIGQUIT' ? QUITTED : INTERRUPTED);
  };
  const onSignal = (name: NodeJS.Signals) => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      got = name;
      since = now;
      controller.abort(name === 'SIGQUIT' ? name : undefined);
    } else if (now - since > SAME_MS) {
      last();
      if (!ending) void end();
      ending = true;
    }
  };
  for (const name of signals) process.on(name, onSignal);
  return { signal: controller.signal, done, die };
}
