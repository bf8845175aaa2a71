// A line on the terminal that says how far a long render is.

/** Milliseconds before it shows: most renders are over by then. */
const PATIENCE_MS = 1000;

export interface Progress {
  /** So much of the whole is done. */
  update(done: number): void;
  /** Takes the line away. */
  clear(): void;
}

/** Progress towards `total` on standard error, in a word for what is being done; nothing if that is no terminal. */
export function progress(total: number, doing = 'painted'): Progress {
  const out = process.stderr;
  if (!out.isTTY) return { update() {}, clear() {} };
  const since = performance.now();
  let shown = false;
  return {
    update(done) {
      const elapsed = performance.now() - since;
      if (elapsed < PATIENCE_MS) return;
      const percent = Math.min(100, Math.floor((100 * done) / total));
      out.write(`\r\u001b[Kmandel: ${percent}% ${doing}, ${(elapsed / 1000).toFixed(1)}s`);
      shown = true;
    },
    clear() {
      if (shown) out.write('\r\u001b[K');
      shown = false;
    },
  };
}
