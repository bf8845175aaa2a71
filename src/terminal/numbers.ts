// Numbers as people read them.

/** Nanoseconds with three digits, or so many: `1.23s`, `45.6ms`, `789µs`, `12ns`. */
export function time(ns: number, digits = 3): string {
  if (ns === 0) return '0s';
  const sign = ns < 0 ? '-' : '';
  const size = Math.abs(ns);
  if (size < 1e3) return `${sign}${Math.round(size)}ns`;
  for (const [unit, name] of [
    [1e3, 'µs'],
    [1e6, 'ms'],
  ] as const) {
    // What rounds up to a thousand is one of the next unit.
    if (Number((size / unit).toPrecision(digits)) < 1000) return `${sign}${decimal(size / unit, digits)}${name}`;
  }
  return `${sign}${decimal(size / 1e9, digits)}s`;
}

function decimal(n: number, digits: number): string {
  const text = n.toPrecision(digits);
  return text.includes('e') ? n.toFixed(0) : text;
}

/** `1,234,567`. */
export function count(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `12.3%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** `1 goroutine`, `2 goroutines`. */
export function plural(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`;
}

/** `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  for (const [unit, name] of [
    [1e3, 'kB'],
    [1e6, 'MB'],
  ] as const) {
    if (bytes < 1000 * unit) return `${(bytes / unit).toFixed(1)} ${name}`;
  }
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** What a goroutine does, in words. */
export const activityNames: Readonly<Record<string, string>> = {
  execution: 'execution',
  runnable: 'scheduler wait',
  send: 'chan send',
  receive: 'chan receive',
  select: 'select',
  sync: 'sync',
  cond: 'sync.Cond',
  network: 'network',
  syscall: 'syscall',
  sleep: 'sleep',
  gc: 'GC assist wait',
  block: 'other wait',
  before: 'since before',
};

/** Columns under each other, the first to the left and the others to the right, each line with `indent` before it. */
export function table(rows: readonly (readonly string[])[], widths: readonly number[], indent = '  '): string {
  return rows
    .map((row) =>
      (
        indent + row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join(' ')
      ).trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
