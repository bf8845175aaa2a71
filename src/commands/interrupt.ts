// Ctrl-C: the first stops the run in order, the second ends the process at once.

/** Exit status after a signal, as a shell has it for SIGINT. */
const INTERRUPTED = 130;

/**
 * Milliseconds after the first signal in which others are the same one: timeout(1), for one, sends it to the process and then
 * to its group. No person is as quick.
 */
const SAME_MS = 100;

export interface Interrupt {
  /** Aborted by the first SIGINT or SIGTERM. */
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
 * A signal that the first SIGINT or SIGTERM aborts.
 * @param last runs before a second one ends the process
 * @param abandon ends the threads then; @returns false if one of them cannot be ended
 */
export function interruptible(last: () => void, abandon?: () => Promise<boolean>): Interrupt {
  const controller = new AbortController();
  let got: NodeJS.Signals | undefined;
  let since = 0;
  let ending = false;
  const done = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  const die = () => {
    done();
    if (got !== undefined) process.kill(process.pid, got);
  };
  const end = async () => {
    if ((await abandon?.()) === false) die();
    process.exit(INTERRUPTED);
  };
  const onSignal = (name: NodeJS.Signals) => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      got = name;
      since = now;
      controller.abort();
    } else if (now - since > SAME_MS) {
      last();
      if (!ending) void end();
      ending = true;
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, done, die };
}
