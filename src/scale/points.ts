// Which numbers of Ps a curve is made of.

/** A range of more numbers than these is thinned. */
const WHOLE = 16;

/**
 * The numbers of Ps that `text` names, in order, each once: numbers and ranges (`1..64`) between commas. A range of many
 * numbers is thinned to its ends and what lies between them of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, ...: every
 * doubling, and halfway to the next, which is even steps on the curve's axis.
 * @returns undefined if `text` is no such list, or a number is not from 1 to `most`
 */
export function procsIn(text: string, most: number): number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:\.\.(\d+))?$/.exec(part);
    if (!match) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from < 1 || to > most || from > to) return undefined;
    for (const n of range(from, to)) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

function range(from: number, to: number): number[] {
  const all = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  return all.length <= WHOLE ? all : all.filter((n) => n === from || n === to || isEvenStep(n));
}

/** Whether `n` is a power of two, or three times one. */
function isEvenStep(n: number): boolean {
  const odd = n / (n & -n);
  return odd === 1 || odd === 3;
}
