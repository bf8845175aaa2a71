// From what the programs took to what things cost: pure reckoning.

import type { Cost } from '../runtime/sim/machine.js';
import { type Figure, figure } from './figures.js';
import { SCENE_TURNS, SIDE, STRIP, STRIP_TURNS } from './pictures.js';
import type { Taken } from './probes.js';
import { type Equation, solve } from './solve.js';

/** What every probe has said, by name. */
export type Samples = ReadonlyMap<string, readonly Taken[]>;

export type Costs = Record<Cost, Figure>;
type Values = Record<string, number>;

const PIXELS = SIDE * SIDE;
const STRIP_PIXELS = STRIP.w * STRIP.h;

/** How often the programs that are counted did it: see calibrate.ts. */
export interface Sizes {
  readonly solo: number;
  readonly calls: number;
}

/** All costs with their spread, which is that of the costs that single rounds would have given. NaN are those that lack. */
export function costsOf(samples: Samples, sizes: Sizes, cores: number): Costs {
  const value = reckon(samples, sizes, cores);
  const rounds = Math.max(...[...samples.values()].map((list) => list.length));
  const each = Array.from({ length: rounds }, (_, round) =>
    reckon(new Map([...samples].map(([name, list]) => [name, [list[round % list.length]!]])), sizes, cores),
  );
  const entries = Object.keys(value).map((name) => [
    name,
    { ...figure(each.map((costs) => costs[name as Cost])), value: value[name as Cost] },
  ]);
  return Object.fromEntries(entries) as Costs;
}

/** A figure of a probe: the `k`th of what its program says. */
type Of = (name: string, k?: number) => number;

function reckon(samples: Samples, sizes: Sizes, cores: number): Record<Cost, number> {
  const of: Of = (name, k = 0) => figure((samples.get(name) ?? []).map(({ ns }) => ns[k]!)).value;
  // Of two Ps that talk, the quickest: all others have met somebody else. Both figures of one moment.
  const best: Of = (name, k = 0) => {
    const list = samples.get(name)?.map(({ ns }) => ns) ?? [[Number.NaN, Number.NaN]];
    return list.reduce((a, b) => (b.at(-1)! < a.at(-1)! || Number.isNaN(a[0]) ? b : a))[k]!;
  };
  // Coming up takes files, the system and several threads: whatever others do is in the way.
  const least: Of = (name, k = 0) => Math.min(...(samples.get(name) ?? []).map(({ ns }) => ns[k]!));
  const sample = (name: string) => samples.get(name)![0]!;
  const painting = paintingCosts(of);
  const one = solve(onOneP(of, sizes, sample));
  const price = (name: string) => one[name] ?? 0;
  const exit = figure(samples.get('one seq 1')!.map(({ ns, wall }) => wall - ns[1]!)).value;
  return {
    ...painting,
    ...(one as Record<'create' | 'switch' | 'operation' | 'effect' | 'send' | 'receive' | 'park', number>),
    ...acrossPs(best, of, price),
    ...processes(least, exit),
    event: eventCost(of, sample),
    syscall: of('calls') / sizes.calls,
    cores,
  };
}

function paintingCosts(of: Of): Record<'iteration' | 'pixel' | 'encoded' | 'crowding', number> {
  const scene = of('scene seq 1');
  const strip = of('strip seq 1');
  // Two equations: what a pixel takes besides its turns, and what a turn takes.
  const det = PIXELS * STRIP_TURNS - SCENE_TURNS * STRIP_PIXELS;
  const pixel = Math.max(0, (scene * STRIP_TURNS - strip * SCENE_TURNS) / det);
  return {
    pixel,
    iteration: (scene - PIXELS * pixel) / SCENE_TURNS,
    encoded: Math.max(0, of('scene seq 1', 1) - of('one seq 1')) / PIXELS,
    crowding: 1, // until it is fitted (fit.ts)
  };
}

/**
 * What the programs for one P did how often. Those of the modes in a real picture count for most: they are what is
 * predicted, and handing out takes longer when every pixel computes for a microsecond, because nothing stays at hand.
 */
function onOneP(of: Of, { solo: n }: Sizes, sample: (name: string) => Taken): Equation[] {
  const pairs = { operation: 2, send: 1, receive: 1 };
  const mode = (picture: 'scene' | 'strip', name: string, counts: Values): Equation => {
    const probe = `${picture} ${name}`;
    const { switches, parks } = sample(probe).stats;
    return {
      took: (of(probe) - of(`${picture} seq 1`)) / PIXELS,
      counts: { ...counts, switch: switches / PIXELS, park: parks / PIXELS },
      weight: picture === 'scene' ? 8 : 1,
    };
  };
  return [
    { took: of('creating'), counts: { create: n } },
    { took: of('ending'), counts: { switch: n, effect: n } },
    { took: of('turns'), counts: { operation: n, switch: n } },
    { took: of('waits'), counts: { operation: n } },
    { took: of('effects'), counts: { effect: n }, weight: 4 },
    { took: of('sends'), counts: { operation: n, send: n } },
    { took: of('backAndForth'), counts: { operation: 4 * n, send: 2 * n, receive: 2 * n, park: 2 * n, switch: 2 * n } },
    mode('strip', 'px 1', { create: 1, effect: 1 }),
    mode('strip', 'workers 1', pairs),
    mode('scene', 'px 1', { create: 1, effect: 1 }),
    mode('scene', 'workers 1', pairs),
    mode('scene', 'buffered 4', pairs),
  ];
}

function acrossPs(best: Of, of: Of, price: (name: string) => number) {
  const send = price('operation') + price('send');
  const arrival = price('switch') + price('receive');
  const transfer = Math.max(0, of('channels') / 2);
  const remote = Math.max(0, best('readying', 0) - send - transfer);
  // Little beside a wake-up, which can be measured even where they cannot.
  const before = Number.isNaN(remote) ? 0 : transfer + remote;
  return {
    transfer,
    remote,
    // It is under way while he who readies it goes on.
    handoff: Math.max(0, best('roundTrips') / 2 - send - transfer - arrival),
    notify: Math.max(0, best('waking', 0) - send - before),
    // The sleeper may run before he who wakes it has come back from the system.
    wake: Math.max(0, best('waking', 1) - send - before - arrival),
    // Whoever is woken while falling asleep must do that first.
    sleep: Math.max(0, best('dozing', 1) - best('waking', 1)),
    steal: Math.max(0, of('stealing') - price('switch')),
  };
}

/**
 * Whole processes. Several threads come up at once, so what it takes of one core is no more than the processor time of all:
 * what is more, others have taken.
 */
function processes(
  least: Of,
  exit: number,
): Record<'boot' | 'bootMore' | 'bootP' | 'exit' | 'bootUser' | 'bootSys', number> {
  const encode = least('one seq 1');
  const cpu = least('process 1', 1) + least('process 1', 2);
  const bootP = Math.max(0, least('coming 2', 0) - least('coming 1', 0)) + least('coming 2', 1);
  return {
    boot: Math.max(0, Math.min(least('process 1', 0), cpu) - encode - exit),
    bootMore: Math.max(0, least('process 2', 0) - least('process 1', 0)),
    bootP: Math.min(bootP, Math.max(0, least('process 2', 1) + least('process 2', 2) - cpu)),
    exit,
    bootUser: Math.max(0, least('process 1', 1) - encode),
    bootSys: least('process 1', 2),
  };
}

/** What tracing adds to the programs that switch most. */
function eventCost(of: Of, sample: (name: string) => Taken): number {
  let ns = 0;
  let events = 0;
  for (const name of ['strip px 1', 'strip workers 1']) {
    ns += of(`${name} traced`) - of(name);
    const { goroutines, switches, parks } = sample(`${name} traced`).stats;
    events += goroutines + 2 * switches + parks; // created, started and left, made runnable
  }
  return Math.max(0, ns / events);
}
