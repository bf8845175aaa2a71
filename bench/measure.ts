// Measurement: samples of two or more subjects, taken in alternation,
// and reported as a median with its extremes.
//
// The machine's speed drifts (frequency, neighbours, temperature) by more than
// the differences of interest. So subjects alternate within each round, and a
// ratio is formed inside a round, between neighbours in time, before the median
// over the rounds is taken. Means are not used: one hiccup would move them.

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of `values` with their extremes; of an even number, the middle of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) {
    throw new RangeError('spread: expected at least one value, got none');
  }
  const sorted = [...values].sort((a, b) => a - b);
  const at = (i: number) => sorted[i] as number;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** The spread of a/b, formed round by round. `a` and `b` come from one call of {@link interleave}. */
export function ratio(a: readonly number[], b: readonly number[]): Spread {
  if (a.length !== b.length) {
    throw new RangeError(`ratio: expected samples in pairs, got ${a.length} and ${b.length}`);
  }
  return spread(a.map((value, round) => value / (b[round] as number)));
}

/** A spread as a table shows it: `median (min-max)`. */
export function range(s: Spread, digits: number): string {
  return `${s.median.toFixed(digits)} (${s.min.toFixed(digits)}-${s.max.toFixed(digits)})`;
}

/** Lines of cells under a head, as a Markdown table whose columns also align as plain text. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((_, k) => Math.max(...[head, ...lines].map((cells) => cells[k]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  const join = (cells: readonly string[]) => `| ${cells.map((c, k) => c.padEnd(widths[k] ?? 0)).join(' | ')} |`;
  return [head, rule, ...lines].map(join).join('\n');
}

/**
 * Runs the subjects in alternation, A B A B, and returns a list of samples for each.
 * The first round is not counted: it fills file caches and compiles code.
 */
export async function interleave<T>(rounds: number, subjects: readonly (() => T | Promise<T>)[]): Promise<T[][]> {
  const samples: T[][] = subjects.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [k, subject] of subjects.entries()) {
      const sample = await subject();
      if (round > 0) {
        samples[k]?.push(sample);
      }
    }
  }
  return samples;
}
