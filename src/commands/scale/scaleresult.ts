// What mandel scale makes of its runs: what it prints, and the files that can be asked for.

import { speaksUnicode } from '../../lib/locale.js';
import type { Curve } from '../../scale/curve.js';
import { plural } from '../../scale/law.js';
import { svg } from '../../scale/svg.js';
import { scaleJson } from './scalejson.js';
import type { Scaled } from './scaleruns.js';
import { scaleText } from './scaletable.js';
import { conditions, type Task } from './scaletask.js';

/** What fits into a message, and into a terminal that nobody has widened. */
const COLUMNS = 80;

/** What there is to show in the end. */
export interface Result {
  readonly task: Task;
  readonly runs: readonly Scaled[];
  readonly curve: Curve;
}

/** The curve as SVG. */
export function picture({ task, curve }: Result): string {
  const [first, last] = [task.procs[0]!, task.procs.at(-1)!];
  const series = first === last ? plural(last) : `${first} to ${plural(last)}`;
  return svg(curve, { title: `Mode ${task.mode.name} on ${series}`, about: conditions(task) });
}

/** All figures as JSON. */
export function figures({ task, runs, curve }: Result): string {
  const { mode, scene, w, h, part, workers, seed, machine, traces } = task;
  const about = { mode: mode.name, scene: scene.name, w, h, ...part, workers, seed, machine: machine.name };
  return scaleJson({ ...about, traced: traces !== undefined }, runs, curve);
}

/** The table, the picture and the laws, for standard output. */
export function text({ task, runs, curve }: Result): string {
  const { isTTY, columns } = process.stdout;
  const options = { columns: Math.min(COLUMNS, columns || COLUMNS), unicode: isTTY && speaksUnicode() };
  return `${task.mode.name}, ${conditions(task)}\n\n${scaleText(runs, curve, options)}${tooShort(task, runs[0]!.time)}`;
}

/** How many times the start of a P a run must take for more Ps to show: below it the first P paints nearly all. */
const STARTS = 2;

/** A note on a curve that shows the start of the Ps and little else. `seconds` is the time with 1 P. */
function tooShort({ machine }: Task, seconds: number): string {
  const start = machine.costs.bootP / 1e9;
  if (seconds >= STARTS * start) return '';
  return (
    `\nToo short: it takes ${seconds.toFixed(3)} s with 1 P, and ${start.toFixed(3)} s to start another P.\n` +
    '-w, -h and -zoom make more work.\n'
  );
}
