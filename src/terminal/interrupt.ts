// Signals that end a command. The first SIGINT (Ctrl-C) or SIGTERM stops it in order, the second ends the process at once.
// SIGQUIT (Ctrl-\) does the same to a run, whose report then has every goroutine.

/** Exit status after SIGINT and SIGTERM: a shell's for SIGINT. */
export const INTERRUPTED = 130;
/** Exit status after SIGQUIT: that of a Go program. */
const QUITTED = 2;

/**
 * Milliseconds after the first signal in which other signals count as the same one: timeout(1), for example, signals the process
 * and then its group. A person cannot press Ctrl-C twice in that time.
 */
const SAME_MS = 100;

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM, or by SIGQUIT, which is then the reason. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  done(): void;
  /**
   * Ends the process by the signal that it has received, if any: process.exit() and a return from main would wait for a
   * thread that is in a call that cannot be interrupted.
   */
  die(): void;
}

/**
 * Handles SIGINT and SIGTERM, and SIGQUIT if there are threads to abandon.
 * @param last is called before a second signal ends the process
 * @param abandon is called then to end the threads; it returns false if one of them cannot be ended
 */
export function interruptible(last: () => void, abandon?: () => Promise<boolean>): Interrupt {
  const controller = new AbortController();
  let got: NodeJS.Signals | undefined;
  let since = 0;
  let ending = false;
  // A command that runs no goroutines has nothing to report: SIGQUIT stays the system's.
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
