// What mandel scale prints: the curve as a table and as a picture, and the laws that fit it.

import { type Curve, isSuperlinear } from '../../scale/curve.js';
import type { Fit } from '../../scale/fit.js';
import { figure, type Law, outlook, speedupBy } from '../../scale/law.js';
import { type PlotOptions, plot } from '../../scale/plot.js';
import { count, percent } from '../../terminal/numbers.js';
import type { Scaled } from './scaleruns.js';

/** The runs, which are the points of the curve in the same order. */
export function scaleText(runs: readonly Scaled[], curve: Curve, options: PlotOptions): string {
  return `${table(runs, curve)}\n${notes}\n${plot(curve, options)}\n${laws(runs[0]!.time, curve)}`;
}

const notes = `time            virtual seconds that the main goroutine takes, PNG included
user+sys        virtual seconds of processor time of the whole process
speed-up        time with 1 P to this time; efficiency: the same to its Ps
switches        times a goroutine was given a P; steals: begun by another P
Amdahl, USL     the speed-up that the law below has for so many Ps
`;

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
  const widths = lines[0]!.map((_, k) => Math.max(...lines.map((cells) => cells[k]!.length)));
  return lines.map((cells) => `${cells.map((cell, k) => cell.padStart(widths[k]!)).join('  ')}\n`).join('');
}

/** The laws, how well they fit, and what they mean. `base` is the time with 1 P. */
function laws(base: number, curve: Curve): string {
  const { points, amdahl, usl } = curve;
  const most = points.at(-1)!.procs;
  return [
    ...(amdahl
      ? [
          `Amdahl  sigma ${figure(amdahl.sigma)}; ${nearness(amdahl)}`,
          `        ${percent(amdahl.sigma)} of the time with 1 P is serial, ${(amdahl.sigma * base).toFixed(3)} s`,
          `        ${outlook(amdahl, most)}`,
        ]
      : ['Amdahl  not known: that takes a number of Ps above 1']),
    ...(usl
      ? [
          `USL     sigma ${figure(usl.sigma)}, kappa ${figure(usl.kappa)}; ${nearness(usl)}`,
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

/** The residuals. */
function nearness({ rms, r2 }: Fit): string {
  return `rms ${figure(rms)}${r2 === undefined ? '' : `, R^2 ${r2.toFixed(4)}`}`;
}
