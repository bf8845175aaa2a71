// The results of mandel scale: the table, picture and laws that it prints, and the files that can be asked for.

import { speaksUnicode } from '../../lib/locale.js';
import { count, noun } from '../../lib/numbers.js';
import { type Curve, isSuperlinear } from '../../scale/curve.js';
import type { Fit } from '../../scale/fit.js';
import { figure, type Law, limitOf, outlook, peakOf, speedupBy } from '../../scale/law.js';
import { plot } from '../../scale/plot.js';
import { svg } from '../../scale/svg.js';
import { aboutPart } from '../../terminal/flags/view.js';
import { fittedTable, percent } from '../../terminal/text.js';
import type { Scaled, Task } from './runs.js';

/** Most columns of the picture: it also has to fit into a mail. */
const MAX_COLUMNS = 80;

/** All that the command shows. */
export interface Result {
  readonly task: Task;
  readonly runs: readonly Scaled[];
  readonly curve: Curve;
}

/** The curve as SVG. */
export function picture({ task, curve }: Result): string {
  const [first, last] = [task.procs[0]!, task.procs.at(-1)!];
  const most = `${last} ${noun(last, 'P')}`;
  const series = first === last ? most : `${first} to ${most}`;
  return svg(curve, { title: `Mode ${task.mode.name} on ${series}`, about: conditions(task) });
}

/** All figures as JSON. */
export function figures({ task, runs, curve }: Result): string {
  const { mode, scene, w, h, part, workers, seed, machine, traces } = task;
  const about = { mode: mode.name, scene: scene.name, w, h, ...part, workers, seed, machine: machine.name };
  return jsonText({ ...about, traced: traces !== undefined }, runs, curve);
}

/** The table, the picture and the laws, for standard output. */
export function text({ task, runs, curve }: Result): string {
  const { isTTY, columns } = process.stdout;
  const options = { columns: Math.min(MAX_COLUMNS, columns || MAX_COLUMNS), unicode: isTTY && speaksUnicode() };
  const parts = [table(runs, curve), notes, plot(curve, options), laws(runs[0]!.time, curve)];
  return `${task.mode.name}, ${conditions(task)}\n\n${parts.join('\n')}${noteIfTooShort(task, runs[0]!.time)}`;
}

/** A run must take at least so many times as long as the start of a P. In less time the first P paints nearly everything. */
const MIN_STARTS = 2;

/** A note on a curve that shows the start of the Ps and little else, or ''. `seconds` is the time with 1 P. */
function noteIfTooShort({ machine }: Task, seconds: number): string {
  const start = machine.costs.bootP / 1e9;
  if (seconds >= MIN_STARTS * start) return '';
  return (
    `\nToo short: it takes ${seconds.toFixed(3)} s with 1 P, and ${start.toFixed(3)} s to start another P.\n` +
    '-w, -h and -zoom make more work.\n'
  );
}

/** A task in one line, without its mode and its Ps. */
function conditions({ mode, scene, w, h, part, workers, seed, machine, traces }: Task): string {
  return [
    `${scene.name} ${w}x${h}${aboutPart(part)}`,
    ...(mode.workers === 'goroutines' ? [`${workers} ${noun(workers, 'worker')}`] : []),
    `machine ${machine.name}`,
    `seed ${seed}`,
    ...(traces === undefined ? [] : ['traced']),
  ].join(', ');
}

const notes = `time            virtual seconds that the main goroutine takes, PNG included
user+sys        virtual seconds of processor time of the whole process
speed-up        time with 1 P to this time; efficiency: the same to its Ps
switches        times a goroutine was given a P; steals: begun by another P
Amdahl, USL     the speed-up that the law below has for so many Ps
`;

/** The curve as a table. */
function table(runs: readonly Scaled[], { points, amdahl, usl }: Curve): string {
  const by = (law: Law | undefined, procs: number) => (law ? speedupBy(law, procs).toFixed(2) : '-');
  const lines = [
    ['Ps', 'time', 'speed-up', 'efficiency', 'user+sys', 'switches', 'steals', 'Amdahl', 'USL'],
    ...runs.map(({ procs, time, user, sys, stats }, k) => {
      const { speedup } = points[k]!;
      return [
        String(procs),
        time.toFixed(3),
        speedup.toFixed(2),
        percent(speedup / procs),
        (user + sys).toFixed(3),
        count(stats.switches),
        count(stats.steals),
        by(amdahl, procs),
        by(usl, procs),
      ];
    }),
  ];
  return fittedTable(lines, () => false);
}

/** The laws, how well they fit, and what they mean for the program. `base` is the time with 1 P. */
function laws(base: number, curve: Curve): string {
  const { points, amdahl, usl } = curve;
  const most = points.at(-1)!.procs;
  return [
    ...(amdahl
      ? [
          `Amdahl  sigma ${figure(amdahl.sigma)}; ${residuals(amdahl)}`,
          `        ${percent(amdahl.sigma)} of the time with 1 P is serial, ${(amdahl.sigma * base).toFixed(3)} s`,
          `        ${outlook(amdahl, most)}`,
        ]
      : ['Amdahl  not known: that takes a number of Ps above 1']),
    ...(usl
      ? [
          `USL     sigma ${figure(usl.sigma)}, kappa ${figure(usl.kappa)}; ${residuals(usl)}`,
          `        contention ${percent(usl.sigma)}, coherency ${figure(100 * usl.kappa)}% a pair of Ps`,
          `        ${outlook(usl, most)}`,
        ]
      : ['USL     not known: that takes two numbers of Ps above 1']),
    ...(isSuperlinear(curve) ? ['Some speed-up is above its number of Ps: superlinear, which no law here can be'] : []),
    'Fitted by least squares on the speed-up; sigma from 0 to 1, kappa not negative',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function residuals({ rms, r2 }: Fit): string {
  return `rms ${figure(rms)}${r2 === undefined ? '' : `, R^2 ${r2.toFixed(4)}`}`;
}

/** The runs, which are the points of the curve in the same order, after the members of `about`. */
function jsonText(about: object, runs: readonly Scaled[], { points, amdahl, usl }: Curve): string {
  const value = {
    ...about,
    runs: runs.map((run, k) => {
      const { procs, speedup } = points[k]!;
      return {
        ...run,
        speedup,
        efficiency: speedup / procs,
        amdahl: amdahl ? speedupBy(amdahl, procs) : null,
        usl: usl ? speedupBy(usl, procs) : null,
      };
    }),
    amdahl: amdahl ? fitOf(amdahl) : null,
    usl: usl ? fitOf(usl) : null,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A law with what follows from it; null for infinity, for which JSON has no number. */
function fitOf(fit: Fit): object {
  const limit = limitOf(fit);
  return { ...fit, r2: fit.r2 ?? null, peak: peakOf(fit) ?? null, limit: Number.isFinite(limit) ? limit : null };
}
