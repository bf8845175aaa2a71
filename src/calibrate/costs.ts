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

/** All costs with their spread, which is that of the costs that single rounds would have given. */
export function costsOf(samples: Samples, sizes: Sizes, cores: number): Costs {
  const of = (name: string, k = 0) => figure(samples.get(name)!.map(({ ns }) => ns[k]!)).value;
  const value = reckon(of, sizes, (name) => samples.get(name)![0]!, cores);
  const rounds = Math.min(...[...samples.values()].map((list) => list.length));
  const each = Array.from({ length: rounds }, (_, round) =>
    reckon(
      (name, k = 0) => samples.get(name)![round]!.ns[k]!,
      sizes,
      (name) => samples.get(name)![round]!,
      cores,
    ),
  );
  const entries = Object.keys(value).map((name) => [
    name,
    { ...figure(each.map((costs) => costs[name as Cost])), value: value[name as Cost] },
  ]);
  return Object.fromEntries(entries) as Costs;
}

type Of = (name: string, k?: number) => number;

function reckon(of: Of, sizes: Sizes, sample: (name: string) => Taken, cores: number): Record<Cost, number> {
  const painting = paintingCosts(of);
  const stripped = (name: string) => of(name) - STRIP_PIXELS * painting.pixel - STRIP_TURNS * painting.iteration;
  const one = solve(onOneP(of, sizes, sample, stripped));
  const price = (name: string) => one[name] ?? 0;
  return {
    ...painting,
    ...(one as Record<'create' | 'switch' | 'operation' | 'effect' | 'send' | 'receive' | 'park', number>),
    ...acrossPs(of, price),
    ...processes(of),
    event: eventCost(of, sample),
    syscall: of('calls') / sizes.calls,
    cores,
  };
}

function paintingCosts(of: Of): Record<'iteration' | 'pixel' | 'encoded' | 'crowding', number> {
  const scene = (of('scene seq 1') + of('scene row 1')) / 2;
  const strip = of('strip seq 1');
  // Two equations: what a pixel takes besides its turns, and what a turn takes.
  const det = PIXELS * STRIP_TURNS - SCENE_TURNS * STRIP_PIXELS;
  const pixel = Math.max(0, (scene * STRIP_TURNS - strip * SCENE_TURNS) / det);
  const encode = (of('scene seq 1', 1) + of('scene row 1', 1)) / 2;
  return {
    pixel,
    iteration: (scene - PIXELS * pixel) / SCENE_TURNS,
    encoded: Math.max(0, encode - of('one seq 1')) / PIXELS,
    crowding: Math.max(1, of('together seq 2') / of('together seq 1')),
  };
}

/** What the programs for one P did how often. Those of the modes count for more: they are what is predicted. */
function onOneP(of: Of, { solo: n }: Sizes, sample: (name: string) => Taken, stripped: Of): Equation[] {
  const pairs = { operation: 2, send: 1, receive: 1 };
  const mode = (name: string, counts: Values): Equation => ({
    took: stripped(name),
    counts: Object.fromEntries(Object.entries(counts).map(([what, times]) => [what, times * STRIP_PIXELS])),
    weight: 4,
  });
  const met = (name: string) => {
    const { switches, parks } = sample(name).stats;
    return { switch: switches / STRIP_PIXELS, park: parks / STRIP_PIXELS };
  };
  return [
    { took: of('creating'), counts: { create: n } },
    { took: of('ending'), counts: { switch: n, effect: n } },
    { took: of('turns'), counts: { operation: n, switch: n } },
    { took: of('waits'), counts: { operation: n } },
    { took: of('effects'), counts: { effect: n }, weight: 4 },
    { took: of('sends'), counts: { operation: n, send: n } },
    { took: of('backAndForth'), counts: { operation: 4 * n, send: 2 * n, receive: 2 * n, park: 2 * n, switch: 2 * n } },
    mode('strip px 1', { create: 1, effect: 1, ...met('strip px 1') }),
    mode('strip workers 1', { ...pairs, ...met('strip workers 1') }),
    mode('strip workers 4', { ...pairs, ...met('strip workers 4') }),
    mode('strip buffered 1', { ...pairs, ...met('strip buffered 1') }),
  ];
}

function acrossPs(of: Of, price: (name: string) => number) {
  const send = price('operation') + price('send');
  const passing = (of('channels', 1) - of('channels', 0)) / 2;
  const transfer = Math.max(0, passing);
  const remote = Math.max(0, of('readying', 0) - send - transfer);
  const arrival = price('switch') + price('receive');
  const oneWay = of('roundTrips') / 2;
  const handoff = Math.max(0, oneWay - send - transfer - remote - arrival);
  const notify = Math.max(0, of('waking', 0) - send - transfer - remote);
  // The sleeper may run before he who wakes it has come back from the system.
  const wake = Math.max(0, of('waking', 1) - send - transfer - remote - arrival);
  const steal = Math.max(0, of('stealing') - price('switch'));
  // Whoever is woken while falling asleep must do that first.
  const sleep = Math.max(0, of('dozing', 1) - of('waking', 1));
  return { transfer, remote, handoff, notify, wake, sleep, steal };
}

function processes(of: Of): Record<'boot' | 'bootP' | 'exit' | 'bootUser' | 'bootSys', number> {
  const whole = of('process 1', 0) - of('one seq 1');
  const boot = Math.min(of('coming 1', 0), whole);
  return {
    boot,
    bootP: Math.max(0, of('coming 2', 0) - of('coming 1', 0)) + of('coming 2', 1),
    exit: whole - boot,
    bootUser: Math.max(0, of('process 1', 1) - of('one seq 1')),
    bootSys: of('process 1', 2),
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
