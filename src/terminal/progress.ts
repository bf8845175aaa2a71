// A line on the terminal that says how far something long is.

/** Milliseconds before a render's shows: most are over by then. */
const PATIENCE_MS = 1000;

export interface Progress {
  /** So much of the whole is done. */
  update(done: number): void;
  /** Takes the line away. */
  clear(): void;
}

/** A line on standard error, in place of the one before; nothing if that is no terminal. */
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

/** Progress towards `total`, in a word for what is being done. */
export function progress(total: number, doing = 'painted'): Progress {
  const line = statusLine();
  const since = performance.now();
  return {
    update(done) {
      const elapsed = performance.now() - since;
      if (elapsed < PATIENCE_MS) return;
      const percent = Math.min(100, Math.floor((100 * done) / total));
      line.show(`${percent}% ${doing}, ${(elapsed / 1000).toFixed(1)}s`);
    },
    clear: line.clear,
  };
}
