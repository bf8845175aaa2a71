// What the parts of a simulation share: the Ps, when each of them is next, and the one that runs now.

import { IdHeap } from '../../lib/minheap.js';
import type { Rng } from '../../lib/rng.js';
import { H } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import { setTracer } from '../sched/hooks.js';
import { TIME_SLICE } from '../sched/sched.js';
import type { Cost, Machine } from './machine.js';
import { Meter } from './meter.js';
import { Proc } from './proc.js';

export const NS_PER_MS = 1e6;
/** A time slice, in nanoseconds. */
export const SLICE = TIME_SLICE * NS_PER_MS;

export class World {
  readonly costs: Readonly<Record<Cost, number>>;
  readonly procs: readonly Proc[];
  /** Ps by the time at which each has something to do; ties by number, so that a run can be repeated. */
  readonly agenda: IdHeap;
  readonly rng: Rng;
  /** When sysmon looks next. */
  nextTick = SLICE;
  /** The P that runs now: it is not on the agenda. */
  current: Proc;
  readonly #meter: Meter;

  constructor(machine: Machine, rng: Rng) {
    const count = i32[H.NPROCS]!;
    this.costs = machine.costs;
    this.rng = rng;
    this.procs = Array.from({ length: count }, (_, id) => new Proc(id));
    this.agenda = new IdHeap(count);
    this.#meter = new Meter(machine, count);
    this.current = this.procs[0]!;
  }

  /** From now on everything is done by `p`. */
  enter(p: Proc): void {
    i32[H.TURNS]!++;
    this.current = p;
    m.pp = p.pp;
    m.unstarted = -1 - p.id;
    setTracer(p.tracer);
  }

  /** The time of the current P, after all that it has done. */
  now(): number {
    this.#meter.read(this.current);
    return this.current.clock;
  }

  /** The current P spends so many nanoseconds. */
  spend(ns: number): void {
    this.current.clock += ns;
    this.current.user += ns;
  }

  /** The same in the system. */
  spendInSystem(ns: number): void {
    this.current.clock += ns;
    this.current.sys += ns;
  }

  /** Notes when `p` is next, unless it is its turn: it is put back when that is over. */
  file(p: Proc): void {
    if (p.running) return;
    const at = p.next;
    if (at === Number.POSITIVE_INFINITY) this.agenda.remove(p.id);
    else this.agenda.set(p.id, at);
  }
}
