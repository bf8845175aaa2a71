// Lines of text for a terminal: broken at its width, or a curve in one line.

/**
 * A line broken at spaces into lines of at most `columns`, all but the first with `indent` spaces before them. A number stays
 * with the word after it, and a word that is too long stays whole.
 */
export function foldLine(line: string, columns: number, indent = 0): string {
  if (line.length <= columns) return line;
  const start = line.search(/\S/);
  let at = line.lastIndexOf(' ', columns);
  while (at > start && /[\d:]/.test(line[at - 1]!)) at = line.lastIndexOf(' ', at - 1);
  if (at <= start) at = line.lastIndexOf(' ', columns);
  if (at <= start) at = line.indexOf(' ', columns);
  if (at < 0) return line;
  const rest = `${' '.repeat(indent)}${line.slice(at).trimStart()}`;
  return `${line.slice(0, at).trimEnd()}\n${rest.length < line.length ? foldLine(rest, columns, indent) : rest}`;
}

const bars = [...' ▁▂▃▄▅▆▇█'];

/** One character per value, none of which is negative: a space is 0, a full block is `max`. */
export function sparkline(values: ArrayLike<number>, max: number): string {
  const full = bars.length - 1;
  return Array.from(values, (value) => bars[max > 0 ? Math.min(full, Math.ceil((full * value) / max)) : 0]).join('');
}
