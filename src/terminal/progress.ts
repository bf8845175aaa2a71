// Progress lines on a terminal.

/** Milliseconds before the line about a render appears: most renders end sooner. */
const PATIENCE_MS = 1000;

export interface Progress {
  /** Shows that so much of the total is done. */
  update(amount: number): void;
  /** Removes the line. */
  clear(): void;
}

/** A line on standard error that each show() replaces; nothing if standard error is no terminal. */
export function statusLine(): { show(text: string): void; clear(): void } {
  const out = process.stderr;
  if (!out.isTTY) return { show() {}, clear() {} };
  let shown = false;
  return {
    show(text) {
      out.write(`\r\u001b[Kmandel: ${text}`);
      shown = true;
    },
    clear() {
      if (shown) out.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** A line about the progress towards `total`. @param done what has been done to that share, as a participle */
export function progress(total: number, done = 'painted'): Progress {
  const { update, clear } = progressOf(done);
  return { update: (amount) => update(amount, total), clear };
}

/** A line about progress towards a total that each update tells; it is 0 as long as it is not known: then amounts are shown as MB. */
export function progressOf(done: string): { update(amount: number, total: number): void; clear(): void } {
  const line = statusLine();
  const since = performance.now();
  return {
    update(amount, total) {
      const elapsed = performance.now() - since;
      if (elapsed < PATIENCE_MS) return;
      const share =
        total > 0 ? `${Math.min(100, Math.floor((100 * amount) / total))}%` : `${(amount / 1e6).toFixed(1)} MB`;
      line.show(`${share} ${done}, ${(elapsed / 1000).toFixed(1)}s`);
    },
    clear: line.clear,
  };
}
