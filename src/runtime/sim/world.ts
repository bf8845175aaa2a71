// The world of a virtual run: the Ps, the agenda of when each of them is next, and the P that runs now.

import { IdHeap } from '../../lib/minheap.js';
import type { Rng } from '../../lib/rng.js';
import { Escaping } from '../memory/errors.js';
import { H, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { getg, m } from '../sched/g.js';
import { setTracer } from '../sched/hooks.js';
import { setAside } from '../sched/op.js';
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
  /** When sysmon's next tick is, in nanoseconds. */
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

  /** Makes `p` the P that runs now. */
  enter(p: Proc): void {
    i32[H.STEPS]!++;
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

  /** The same as system time. */
  spendInSystem(ns: number): void {
    this.current.clock += ns;
    this.current.sys += ns;
  }

  /** Puts `p` on the agenda for what it does next, or removes it; not during its step, after which this is called again. */
  file(p: Proc): void {
    if (p.running) return;
    const at = p.next;
    if (at === Number.POSITIVE_INFINITY) this.agenda.remove(p.id);
    else this.agenda.set(p.id, at);
  }

  /**
   * Calls `run`, which runs other Ps on top of the stack of the running goroutine: that is in the middle of a plain call, or of an
   * access to a field, and cannot leave its thread. Everything is restored after it.
   * @throws Escaping if one of them panics, or ends the run: no program may catch that
   */
  onTop(run: () => void): void {
    const p = this.current;
    const { curg, arena, resuming, leaving } = m;
    const made = setAside();
    try {
      run();
    } catch (error) {
      throw error instanceof Escaping ? error : new Escaping(error, getg());
    }
    if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined);
    setAside(made);
    this.enter(p);
    m.curg = curg;
    m.arena = arena;
    m.resuming = resuming;
    m.leaving = leaving;
  }
}
