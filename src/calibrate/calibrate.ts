// Measures what things cost on this machine: one probe after the other, round after round, so that whatever else goes on
// here meets all of them alike.

import { availableParallelism, cpus } from 'node:os';
import type { Cost, Machine } from '../runtime/sim/machine.js';
import { coming, wholeProcess } from './children.js';
import { type Costs, costsOf, type Sizes } from './costs.js';
import { apart, type Probe, paint, solo, type Taken } from './probes.js';

export interface Calibration {
  readonly machine: Machine;
  readonly costs: Costs;
}

interface Plan {
  readonly sizes: Sizes;
  /** Rounds of whole processes. */
  readonly processes: number;
  /** Rounds of programs at least, and seconds after which no further one begins. */
  readonly rounds: number;
  readonly seconds: number;
}

const thorough: Plan = {
  sizes: { solo: 1 << 19, calls: 20_000 },
  processes: 8,
  rounds: 2,
  seconds: 42,
};
const quick: Plan = { ...thorough, processes: 3, rounds: 1, seconds: 0 };

export interface Options {
  /** In a quarter of the time, less exactly. */
  readonly quick: boolean;
  /** The command, as a file for Node: what coming up costs is measured with it. */
  readonly cli: string;
}

/** Measures. @param say is told what is going on */
export async function calibrate(options: Options, say: (what: string) => void): Promise<Calibration> {
  const plan = options.quick ? quick : thorough;
  const samples = new Map<string, Taken[]>();
  const begin = performance.now();
  const measure = async (probes: readonly Probe[], round: number) => {
    for (const probe of probes) {
      say(`${probe.name}, round ${round + 1}`);
      const list = samples.get(probe.name) ?? [];
      samples.set(probe.name, list);
      list.push(await probe.run());
    }
  };
  // First, because a process that holds the memory of many runs cannot start another.
  for (let round = 0; round < plan.processes; round++) await measure(processes(options.cli), round);
  for (let round = 0; round < plan.rounds || performance.now() - begin < plan.seconds * 1e3; round++) {
    await measure(programs(plan.sizes), round);
  }
  say('');
  const cores = availableParallelism();
  const costs = costsOf(samples, plan.sizes, cores);
  const values = Object.fromEntries(Object.entries(costs).map(([name, { value }]) => [name, round(value)]));
  const name = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  const origin = `mandel calibrate, Node ${process.version}`;
  return { machine: { name, origin, costs: values as Record<Cost, number> }, costs };
}

function processes(cli: string): Probe[] {
  return [wholeProcess(cli, 1), wholeProcess(cli, 2), coming(cli, 1), coming(cli, 2)];
}

function programs(sizes: Sizes): Probe[] {
  const { solo: n } = sizes;
  // Several times a round, because they depend on a moment in which nobody else wants a core.
  const together = [
    apart('roundTrips', 250),
    apart('readying', 100),
    apart('dozing', 60),
    apart('waking', 100),
    apart('channels', 400),
    apart('stealing', 150),
  ];
  return [
    ...together,
    ...together,
    paint('scene', 'seq'),
    paint('scene', 'row'),
    paint('scene', 'px'),
    paint('scene', 'workers'),
    paint('scene', 'buffered', 4),
    paint('one', 'seq'),
    paint('strip', 'seq'),
    paint('strip', 'px'),
    paint('strip', 'px', 1, true),
    paint('strip', 'workers'),
    paint('strip', 'workers', 1, true),
    paint('together', 'seq', 1),
    paint('together', 'seq', 2),
    ...(['creating', 'ending', 'turns', 'waits', 'effects', 'sends', 'backAndForth'] as const).map((kind) =>
      solo(kind, n),
    ),
    solo('calls', sizes.calls),
    ...together,
  ];
}

/** To four digits. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
