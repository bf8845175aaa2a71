// Costs: computed from what the probes' programs took. No program is run here.
//
// A figure is made of several measurements of one thing; an equation of a program says how often each action with a price
// happened in it; solve() finds the prices; what could not be measured gets another machine's cost, scaled (fillIn). costTable()
// prints them.

import { foldLine } from '../lib/lines.js';
import { type Cost, costs as meanings } from '../runtime/sim/machine.js';
import type { RunStats } from '../runtime/start.js';

/** Width and height of the workshop's picture, in pixels. */
export const SIDE = 1024;
/** Iterations that the plain kernel makes for it. */
export const SCENE_ITERATIONS = 385_204_196;

/** A strip of scene `web` far outside of the set, with as many pixels as the workshop's picture. */
export const STRIP = { w: 65_536, h: 16, scene: 1 } as const;
/** Iterations that the plain kernel makes for it. */
export const STRIP_ITERATIONS = 1_086_142;

/** The result of a probe. */
export interface Taken {
  /** Nanoseconds that the program has measured itself. */
  readonly ns: readonly number[];
  readonly stats: RunStats;
  /** From the start of the run to its end, nanoseconds. */
  readonly wall: number;
}

/** The results of all probes, by name. */
export type Samples = ReadonlyMap<string, readonly Taken[]>;

/** Every cost, as it was measured. */
export type Costs = Record<Cost, Figure>;
type Values = Record<string, number>;

const PIXELS = SIDE * SIDE;
const STRIP_PIXELS = STRIP.w * STRIP.h;

/** Repetitions of an action: in the programs for one P, and of a system call. */
export interface Sizes {
  readonly solo: number;
  readonly calls: number;
}

/** All costs with their spread, which is that of the costs computed from single rounds. NaN if a cost was not measured. */
export function costsOf(samples: Samples, sizes: Sizes, cores: number): Costs {
  const value = compute(samples, sizes, cores);
  const rounds = Math.max(...[...samples.values()].map((list) => list.length));
  const each = Array.from({ length: rounds }, (_, round) =>
    compute(new Map([...samples].map(([name, list]) => [name, [list[round % list.length]!]])), sizes, cores),
  );
  const entries = Object.keys(value).map((name) => [
    name,
    { ...figure(each.map((costs) => costs[name as Cost])), value: value[name as Cost] },
  ]);
  return Object.fromEntries(entries) as Costs;
}

/** A figure of a probe, made of the `k`th numbers of its results. */
type Of = (name: string, k?: number) => number;

function compute(samples: Samples, sizes: Sizes, cores: number): Record<Cost, number> {
  const of: Of = (name, k = 0) => figure((samples.get(name) ?? []).map(({ ns }) => ns[k]!)).value;
  // For two Ps that communicate, the fastest round: in all others, another process had a core for a while. Both numbers of that round.
  const best: Of = (name, k = 0) => {
    const list = samples.get(name)?.map(({ ns }) => ns) ?? [[Number.NaN, Number.NaN]];
    return list.reduce((a, b) => (b.at(-1)! < a.at(-1)! || Number.isNaN(a[0]) ? b : a))[k]!;
  };
  // Starting a process takes files, the system and several threads, and any other process slows it down: so the fastest round.
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
  // Two equations in two unknowns: the cost of a pixel besides its iterations, and the cost of an iteration.
  const det = PIXELS * STRIP_ITERATIONS - SCENE_ITERATIONS * STRIP_PIXELS;
  const pixel = Math.max(0, (scene * STRIP_ITERATIONS - strip * SCENE_ITERATIONS) / det);
  return {
    pixel,
    iteration: (scene - PIXELS * pixel) / SCENE_ITERATIONS,
    encoded: Math.max(0, of('scene seq 1', 1) - of('one seq 1')) / PIXELS,
    crowding: 1, // until it is fitted (simfit.ts)
  };
}

/**
 * The equations of the programs for one P. Those of the modes in a real picture have the largest weight: they are what is
 * predicted, and distributing pixels takes longer when each computes for a microsecond, which evicts the scheduler from the caches.
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
    { took: of('yields'), counts: { operation: n, switch: n } },
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
  // Small beside a wake-up, which can be measured even where these two cannot.
  const before = Number.isNaN(remote) ? 0 : transfer + remote;
  return {
    transfer,
    remote,
    // The hand-off happens while the goroutine that readies the other one continues.
    handoff: Math.max(0, best('roundTrips') / 2 - send - transfer - arrival),
    notify: Math.max(0, best('waking', 0) - send - before),
    // The woken P may run before the system call of its waker returns.
    wake: Math.max(0, best('waking', 1) - send - before - arrival),
    // A P that is woken while it falls asleep must first complete that.
    sleep: Math.max(0, best('dozing', 1) - best('waking', 1)),
    steal: Math.max(0, of('stealing') - price('switch')),
  };
}

/**
 * The costs of whole processes. Several threads start at once, so what a start takes of one core is at most the processor time of all
 * threads; a longer wall time was spent waiting for other processes.
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

/** The cost of an event: what tracing adds to the programs that switch most, per event. */
function eventCost(of: Of, sample: (name: string) => Taken): number {
  let ns = 0;
  let events = 0;
  for (const name of ['strip px 1', 'strip workers 1']) {
    ns += of(`${name} traced`) - of(name);
    const { goroutines, switches, parks } = sample(`${name} traced`).stats;
    events += goroutines + 2 * switches + parks; // one per creation, two per switch (start and stop), one per wake-up
  }
  return Math.max(0, ns / events);
}

/** What several measurements of one thing amount to. */
export interface Figure {
  /** The value that is used: the first quartile, because other load on the machine can only make a program slower. */
  readonly value: number;
  /** The first and the third quartile. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** True if it was not measured, but fitted with the simulator (simfit.ts). */
  readonly fitted?: boolean;
}

/** The figure of these measurements. NaNs, which stand for measurements that failed, are dropped; NaN if there are no others. */
export function figure(values: readonly number[]): Figure {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return { value: Number.NaN, low: Number.NaN, high: Number.NaN, n: 0 };
  return { value: quantile(sorted, 0.25), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), n: sorted.length };
}

/** A quantile, by linear interpolation. */
function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** Costs in nanoseconds on two cores of a server in an otherwise idle virtual machine: they stand in for what cannot be measured here. */
const reference = {
  switch: 110,
  transfer: 100,
  remote: 130,
  handoff: 460,
  notify: 48_000,
  wake: 5_000,
  sleep: 1_000,
  steal: 250,
} satisfies Partial<Record<Cost, number>>;

/** Replaces NaNs by the reference costs, scaled by the ratio of the costs of a switch. @returns the names of these costs */
export function fillIn(costs: Record<Cost, number>): Cost[] {
  const factor = costs.switch / reference.switch;
  const lacking = (Object.keys(reference) as (keyof typeof reference)[]).filter((name) => Number.isNaN(costs[name]));
  for (const name of lacking) costs[name] = reference[name] * factor;
  return lacking;
}

/** Costs that are factors or counts, and not nanoseconds. */
const factors: readonly Cost[] = ['crowding', 'cores'];

/** Spaces between two columns of the table. */
const GAP = 2;

/** One line per cost: its name, its value, the quartiles over single rounds, and what it is the price of. @param columns width of a line */
export function costTable(costs: Costs, columns = 80): string {
  const head = ['cost', 'ns', 'spread', 'what for'];
  const lines = (Object.keys(meanings) as Cost[]).map((name) => {
    const show = factors.includes(name) ? (value: number) => value.toFixed(2) : inNs;
    const { value, low, high, fitted = false } = costs[name];
    return [
      name,
      name === 'cores' ? String(value) : show(value),
      fitted ? 'fitted' : Number.isNaN(low) ? 'guessed' : `${show(low)} - ${show(high)}`,
      meanings[name],
    ];
  });
  const widths = head.map((_, k) => Math.max(...[head, ...lines].map((cells) => cells[k]!.length)));
  const pad = (cell: string, k: number) => (k === 1 || k === 2 ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  return [head, ...lines]
    .map((cells) => `${foldLine(cells.map(pad).join(' '.repeat(GAP)).trimEnd(), columns, before)}\n`)
    .join('');
}

function inNs(ns: number): string {
  if (ns >= 1000) return Math.round(ns).toLocaleString('en-US');
  return ns.toFixed(ns < 100 ? 2 : 0);
}

/** An equation of a program: how often each action that has a price happened in it, and the time that it took. */
export interface Equation {
  readonly counts: Readonly<Record<string, number>>;
  readonly took: number;
  /** Weight of this equation's error; default 1. */
  readonly weight?: number;
}

/**
 * The prices, by name, that minimize the weighted sum of the squared relative errors of the equations; none is below 0.
 * By coordinate descent, which works even where the equations do not determine all prices.
 */
export function solve(equations: readonly Equation[]): Record<string, number> {
  const names = [...new Set(equations.flatMap((e) => Object.keys(e.counts)))];
  const rows = equations.map(({ counts, took, weight = 1 }) => ({
    weight,
    of: names.map((name) => (counts[name] ?? 0) / took),
  }));
  const prices = names.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const k of names.keys()) {
      let along = 0;
      let square = 0;
      for (const { of, weight } of rows) {
        const missing = 1 - of.reduce((sum, share, j) => sum + share * prices[j]!, 0);
        along += weight * of[k]! * missing;
        square += weight * of[k]! ** 2;
      }
      if (square > 0) prices[k] = Math.max(0, prices[k]! + along / square);
    }
  }
  return Object.fromEntries(names.map((name, k) => [name, prices[k]!]));
}
/** Rounds of the descent: far more than it takes for a dozen prices to converge. */
const ROUNDS = 20_000;
