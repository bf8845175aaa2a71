// The meter: moves the clock of a P by the cost of what it has done since the last reading. The runtime counts what it does anyway
// (memory/layout.ts), so the simulator needs no hooks in it: it reads the counters, and multiplies what was added by its cost.

import { field, nth, nth64 } from '../memory/address.js';
import { H, P } from '../memory/layout.js';
import { f64, i32 } from '../memory/memory.js';
import { work } from '../sched/work.js';
import type { Machine } from './machine.js';
import type { Proc } from './proc.js';

/** Words of counters in a P from NCREATED on, one next to the other; all but NWAKES have a cost. */
const COUNTERS = 7;
/** Kinds of work that goroutines charge (sched/work.ts). */
const KINDS = 4;

export class Meter {
  readonly #prices: Float64Array;
  readonly #seen: Int32Array;
  readonly #seenWork: Float64Array;
  readonly #machine: Machine;

  constructor(machine: Machine, procs: number) {
    const { costs } = machine;
    this.#machine = machine;
    this.#prices = new Float64Array(COUNTERS);
    this.#prices[P.NCREATED - P.NCREATED] = costs.create;
    this.#prices[P.NSWITCHES - P.NCREATED] = costs.switch;
    this.#prices[P.NSTEALS - P.NCREATED] = costs.steal;
    this.#prices[P.NPARKS - P.NCREATED] = costs.park;
    this.#prices[P.NSENDS - P.NCREATED] = costs.send;
    this.#prices[P.NRECVS - P.NCREATED] = costs.receive;
    this.#seen = new Int32Array(procs * COUNTERS);
    this.#seenWork = new Float64Array(procs * KINDS);
  }

  /** Brings the clock of `p` up to date. */
  read(p: Proc): void {
    const counters = field(p.pp, P.NCREATED);
    const seen = p.id * COUNTERS;
    let ns = 0;
    for (let k = 0; k < COUNTERS; k++) {
      const count = i32[nth(counters, k)]!;
      const delta = (count - this.#seen[seen + k]!) | 0;
      if (delta === 0) continue;
      this.#seen[seen + k] = count;
      ns += delta * this.#prices[k]!;
    }
    const iterations = this.#done(p, work.iteration);
    const pixels = this.#done(p, work.pixel);
    if (iterations > 0 || pixels > 0) {
      const { iteration, pixel } = this.#machine.costs;
      ns += (iterations * iteration + pixels * pixel) * this.#crowding();
    }
    const encoded = this.#done(p, work.encoded);
    if (encoded > 0) ns += encoded * this.#machine.costs.encoded;
    const calls = this.#done(p, work.syscall);
    if (calls > 0) {
      const sys = calls * this.#machine.costs.syscall;
      p.sys += sys;
      p.clock += sys;
    }
    p.user += ns;
    p.clock += ns;
  }

  /** Units of work of this kind since the last reading. */
  #done(p: Proc, kind: number): number {
    const total = f64[nth64(field(p.pp, P.WORK), kind)]!;
    const k = p.id * KINDS + kind;
    const units = total - this.#seenWork[k]!;
    if (units !== 0) this.#seenWork[k] = total;
    return units;
  }

  /** By what factor computing takes longer now, because other Ps compute too. */
  #crowding(): number {
    const { crowding, cores } = this.#machine.costs;
    const busy = i32[H.NPROCS]! - i32[H.NPIDLE]!;
    return cores <= 1 ? 1 : 1 + (crowding - 1) * Math.min(1, (busy - 1) / (cores - 1));
  }
}
