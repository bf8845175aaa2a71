// Ctrl-C: the first stops the run in order, the second ends the process at once.

/** A signal that the first SIGINT or SIGTERM aborts. `last` runs before a second one ends the process. */
export function interruptible(last: () => void): { signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) {
      last();
      process.exit(130);
    }
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    done() {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
