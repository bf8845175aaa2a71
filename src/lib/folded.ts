// Lines that are no longer than a terminal is wide.

/**
 * A line broken at spaces into lines of at most `columns`, all but the first with `indent` spaces before them. A number stays
 * with the word after it, and what has no space stays whole.
 */
export function folded(line: string, columns: number, indent = 0): string {
  if (line.length <= columns) return line;
  const start = line.search(/\S/);
  let at = line.lastIndexOf(' ', columns);
  while (at > start && /[\d:]/.test(line[at - 1]!)) at = line.lastIndexOf(' ', at - 1);
  if (at <= start) at = line.lastIndexOf(' ', columns);
  if (at <= start) at = line.indexOf(' ', columns);
  if (at < 0) return line;
  const rest = `${' '.repeat(indent)}${line.slice(at).trimStart()}`;
  return `${line.slice(0, at).trimEnd()}\n${rest.length < line.length ? folded(rest, columns, indent) : rest}`;
}
