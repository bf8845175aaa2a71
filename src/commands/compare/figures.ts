// What the runs of a comparison say: medians, speed-ups, and what the trace of each mode adds to them.

import type { RunStats } from '../../runtime/start.js';
import type { Totals } from '../../trace/analysis/activity.js';
import type { Handoffs } from '../../trace/analysis/counts.js';
import type { Run } from './child.js';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of `values` and their extremes; of an even number, the middle of the two in the middle. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** The run that was traced. */
export interface Traced {
  readonly run: Run;
  readonly events: number;
  /** Size of the file. */
  readonly bytes: number;
  readonly totals: Totals;
  readonly handoffs: Handoffs;
}

/** What a mode costs, and why. Seconds, but where a name ends in Ns. */
export interface Figures {
  readonly mode: string;
  readonly wall: Spread;
  readonly user: Spread;
  readonly sys: Spread;
  /** Of the walls, seq's to this mode's, formed round by round: the machine's speed drifts from round to round. */
  readonly speedup: Spread;
  /** Of user and sys together, this mode's to seq's: 1.4 is four tenths for handing out the work. */
  readonly cpu: Spread;
  /** Medians. */
  readonly stats: RunStats;
  readonly traced: Traced;
  readonly rounds: readonly Run[];
}

/** The figures of a mode. `seq` and `rounds` are runs of the same rounds. */
export function figures(mode: string, rounds: readonly Run[], seq: readonly Run[], traced: Traced): Figures {
  const cpu = ({ user, sys }: Run) => user + sys;
  const ratios = (ratio: (own: Run, base: Run) => number) => spread(rounds.map((run, k) => ratio(run, seq[k]!)));
  return {
    mode,
    wall: spread(rounds.map((run) => run.wall)),
    user: spread(rounds.map((run) => run.user)),
    sys: spread(rounds.map((run) => run.sys)),
    speedup: ratios((own, base) => base.wall / own.wall),
    cpu: ratios((own, base) => cpu(own) / cpu(base)),
    stats: medianStats(rounds.map((run) => run.stats)),
    traced,
    rounds,
  };
}

function medianStats(all: readonly RunStats[]): RunStats {
  const [first] = all;
  const names = Object.keys(first!) as (keyof RunStats)[];
  const median = (name: keyof RunStats) => spread(all.map((stats) => stats[name])).median;
  return Object.fromEntries(names.map((name) => [name, median(name)])) as unknown as RunStats;
}
