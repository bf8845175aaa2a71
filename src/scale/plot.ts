// Plots: a picture of a curve in characters, for a terminal or for a file.

import { type Axis, type Curve, highest, procsAxis, speedupAxis } from './curve.js';
import { type Law, speedupBy } from './law.js';

/** The characters of a picture. A line has three: for the top, the middle and the bottom of a cell. */
interface Ink {
  readonly point: string;
  readonly amdahl: readonly [string, string, string];
  readonly usl: readonly [string, string, string];
  /** Where both lines share a cell; undefined if the second hides the first. */
  readonly both: string | undefined;
  readonly ideal: string;
  readonly up: string;
  readonly upTick: string;
  readonly along: string;
  readonly alongTick: string;
  readonly corner: string;
}

const ascii: Ink = {
  point: 'O',
  amdahl: ['a', 'a', 'a'],
  usl: ['u', 'u', 'u'],
  both: '*',
  ideal: '/',
  up: '|',
  upTick: '+',
  along: '-',
  alongTick: '+',
  corner: '+',
};
const unicode: Ink = {
  point: '●',
  amdahl: ['˙', '·', '.'],
  usl: ['▔', '─', '▁'],
  both: undefined,
  ideal: '╱',
  up: '│',
  upTick: '┤',
  along: '─',
  alongTick: '┴',
  corner: '└',
};

/** Height of the picture between its axes, in lines of text. */
const ROWS = 18;
/** Columns to the left of the vertical axis, for its labels. */
const MARGIN = 6;
/** The text to the right of the horizontal axis. */
const UNIT = ' Ps';
/** Columns of the narrowest picture that is still readable. */
const MIN_COLUMNS = 30;

export interface PlotOptions {
  readonly columns: number;
  /** Whether characters beyond ASCII can be shown. */
  readonly unicode: boolean;
}

/** The curve and its laws, as lines of at most so many columns: the speed-up over the number of Ps. */
export function plot(curve: Curve, options: PlotOptions): string {
  const ink = options.unicode ? unicode : ascii;
  const { points, amdahl, usl } = curve;
  const most = points.at(-1)!.procs;
  const x = procsAxis(most);
  const y = speedupAxis(highest(curve));
  const columns = Math.max(MIN_COLUMNS, options.columns) - MARGIN - 1 - UNIT.length;
  const cells: string[][] = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(' '));

  const line = (
    speedup: (procs: number) => number,
    strokes: Ink['amdahl'],
    over?: readonly [Ink['amdahl'], string],
  ) => {
    for (let column = 0; column < columns; column++) {
      const at = column / (columns - 1);
      const down = (1 - y.at(speedup(x.value(at)))) * (ROWS - 1);
      const row = Math.round(down);
      if (at > x.at(most) || row < 0) continue;
      const stroke = strokes[Math.min(2, Math.floor((down - row + 0.5) * 3))]!;
      cells[row]![column] = over?.[0].includes(cells[row]![column]!) ? over[1] : stroke;
    }
  };
  line((procs) => procs, [ink.ideal, ink.ideal, ink.ideal]);
  const law = (fit: Law) => (procs: number) => speedupBy(fit, procs);
  if (amdahl) line(law(amdahl), ink.amdahl);
  if (usl) line(law(usl), ink.usl, ink.both === undefined ? undefined : [ink.amdahl, ink.both]);
  for (const { procs, speedup } of points) {
    cells[Math.round((1 - y.at(speedup)) * (ROWS - 1))]![Math.round(x.at(procs) * (columns - 1))] = ink.point;
  }
  return `speed-up    ${legend(curve, ink)}\n${framed(cells, x, y, ink)}`;
}

function legend({ amdahl, usl }: Curve, ink: Ink): string {
  const sample = (strokes: Ink['amdahl']) => [...new Set(strokes)].join('');
  return [
    `${ink.point} simulated`,
    ...(amdahl ? [`${sample(ink.amdahl)} Amdahl`] : []),
    ...(usl ? [`${sample(ink.usl)} USL`] : []),
    ...(amdahl && usl && ink.both !== undefined ? [`${ink.both} both`] : []),
    `${ink.ideal} ideal`,
  ].join('   ');
}

/** The cells with their axes and labels. */
function framed(cells: readonly (readonly string[])[], x: Axis, y: Axis, ink: Ink): string {
  const columns = cells[0]!.length;
  const labels = new Map(y.ticks.map((tick) => [Math.round((1 - y.at(tick)) * (ROWS - 1)), String(tick)]));
  const rows = cells.map((cell, row) => {
    const label = labels.get(row);
    return `${(label ?? '').padStart(MARGIN - 1)} ${label === undefined ? ink.up : ink.upTick}${cell.join('')}`.trimEnd();
  });
  const along = new Array<string>(columns).fill(ink.along);
  let beside = '';
  for (const tick of x.ticks) {
    const column = Math.round(x.at(tick) * (columns - 1));
    along[column] = ink.alongTick;
    // The middle of the label is below its tick; it is left out where the previous label is too near.
    const text = String(tick);
    const from = MARGIN + 1 + column - Math.floor((text.length - 1) / 2);
    if (from > beside.length) beside = beside.padEnd(from) + text;
  }
  return [...rows, `${' '.repeat(MARGIN)}${ink.corner}${along.join('')}${UNIT}`, beside]
    .map((row) => `${row}\n`)
    .join('');
}
