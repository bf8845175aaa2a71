// A curve in one line of text.

const bars = [...' ▁▂▃▄▅▆▇█'];

/** A character for each of `values`, which are not negative: a space is 0, a full block is `max`. */
export function sparkline(values: ArrayLike<number>, max: number): string {
  const full = bars.length - 1;
  return Array.from(values, (value) => bars[max > 0 ? Math.min(full, Math.ceil((full * value) / max)) : 0]).join('');
}
