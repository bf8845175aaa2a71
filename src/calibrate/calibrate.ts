// The calibration: measures the costs of this machine by one probe after the other, in rounds, so that other load on the machine
// affects all probes alike.

import { availableParallelism, cpus } from 'node:os';
import { noun } from '../lib/numbers.js';
import type { Cost, Machine } from '../runtime/sim/machine.js';
import { type Costs, costsOf, fillIn, type Sizes, type Taken } from './costs.js';
import { apart, coming, type Probe, paint, solo, wholeProcess } from './probes.js';
import { fitPictures, pictures } from './simfit.js';

/** The result of a calibration. */
export interface Calibration {
  readonly machine: Machine;
  readonly costs: Costs;
  /** What could not be measured, and why, in one line; empty if everything was. */
  readonly note: string;
}

/** How much is measured. */
interface Plan {
  readonly sizes: Sizes;
  /** Rounds of whole processes. */
  readonly processes: number;
  /** Most rounds of programs; no other than the first starts or continues after `seconds`. */
  readonly rounds: number;
  readonly seconds: number;
}

const thorough: Plan = {
  sizes: { solo: 1 << 19, calls: 20_000 },
  processes: 8,
  rounds: 5,
  seconds: 52,
};
const quick: Plan = { ...thorough, sizes: { solo: 1 << 18, calls: 10_000 }, processes: 2, rounds: 1 };

export interface Options {
  /** Less exactly, in a quarter of the time. */
  readonly quick: boolean;
  /** The command, as a file for Node: the start of a process is measured with it. */
  readonly cli: string;
  readonly signal: AbortSignal;
}

/** Measures all costs. @param say is called with a progress text @throws what the signal was aborted with, if it was */
export async function calibrate(options: Options, say: (what: string) => void): Promise<Calibration> {
  const plan = options.quick ? quick : thorough;
  const cores = availableParallelism();
  const samples = new Map<string, Taken[]>();
  const begin = performance.now();
  const late = () => performance.now() - begin > plan.seconds * 1e3;
  const measure = async (probe: Probe) => {
    const list = samples.get(probe.name) ?? [];
    samples.set(probe.name, list);
    say(`${probe.name}, ${list.length + 1}`);
    list.push(await probe.run(options.signal));
  };
  // Processes first, because a process that holds the memory of many runs cannot start another one.
  for (let k = 0; k < plan.processes; k++) for (const probe of processes(options.cli)) await measure(probe);
  for (let round = 0; round === 0 || (round < plan.rounds && !late()); round++) {
    for (const probe of programs(plan.sizes, cores)) if (round === 0 || !late()) await measure(probe);
  }
  const measured = costsOf(samples, plan.sizes, cores);
  await fitPictures(measured, samples, options.signal, say);
  say('');
  return result(measured, cores);
}

function result(measured: Costs, cores: number): Calibration {
  const values = Object.fromEntries(Object.entries(measured).map(([name, { value }]) => [name, value])) as Values;
  const lacking = fillIn(values);
  const costs = Object.fromEntries(
    Object.entries(measured).map(([name, cost]) => [name, { ...cost, value: values[name as Cost] }]),
  ) as Costs;
  for (const name of Object.keys(values) as Cost[]) values[name] = Number(values[name].toPrecision(4));
  const name = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cores} ${noun(cores, 'core')}`;
  const why = cores < 2 ? 'this machine has one core' : 'other programs kept the cores busy';
  const note =
    lacking.length === 0 ? '' : `${lacking.join(', ')}: not measured, because ${why}, but guessed from switch`;
  const origin = `mandel calibrate, Node ${process.version}${note === '' ? '' : `; ${note}`}`;
  return { machine: { name, origin, costs: values }, costs, note };
}
type Values = Record<Cost, number>;

function processes(cli: string): Probe[] {
  return [wholeProcess(cli, 1), wholeProcess(cli, 2), coming(cli, 1), coming(cli, 2)];
}

/** The probes that need two cores, each long enough for V8 to compile its code; what is slow until then is not counted. */
function pairs(): Probe[] {
  return [
    apart('roundTrips', 200),
    apart('readying', 250),
    apart('dozing', 80),
    apart('waking', 80),
    apart('channels', 400),
    apart('stealing', 150),
  ];
}

function programs({ solo: n, calls }: Sizes, cores: number): Probe[] {
  // Several times per round, because each needs a moment in which no other process uses a core.
  const onTwoPs = cores < 2 ? [] : pairs();
  return [
    ...onTwoPs,
    paint('scene', 'seq'),
    paint('scene', 'px'),
    ...onTwoPs,
    paint('scene', 'workers'),
    paint('scene', 'buffered', 4),
    paint('one', 'seq'),
    paint('strip', 'seq'),
    paint('strip', 'px'),
    paint('strip', 'px', 1, true),
    paint('strip', 'workers'),
    paint('strip', 'workers', 1, true),
    ...onTwoPs,
    ...(cores < 2 ? [] : pictures.map((p) => p.probe)),
    ...(['creating', 'ending', 'yields', 'waits', 'effects', 'sends', 'backAndForth'] as const).map((k) => solo(k, n)),
    solo('calls', calls),
  ];
}
