// What has been done since the last look, in nanoseconds: the runtime counts what it does anyway (memory.ts), so the
// simulator needs no hooks in it, but reads the counters and multiplies.

import { field, nth, nth64 } from '../memory/address.js';
import { H, P } from '../memory/layout.js';
import { f64, i32 } from '../memory/memory.js';
import { work } from '../sched/work.js';
import type { Machine } from './machine.js';
import type { Proc } from './proc.js';

/** The counters that have a price: they stand side by side from NCREATED on. */
const COUNTERS = 7;
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

  /** Brings the clock of `p` to now. */
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
    const turns = this.#done(p, work.iteration);
    const pixels = this.#done(p, work.pixel);
    if (turns > 0 || pixels > 0) {
      const { iteration, pixel } = this.#machine.costs;
      ns += (turns * iteration + pixels * pixel) * this.#crowding();
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

  /** Units of work since the last look. */
  #done(p: Proc, kind: number): number {
    const total = f64[nth64(field(p.pp, P.WORK), kind)]!;
    const k = p.id * KINDS + kind;
    const units = total - this.#seenWork[k]!;
    if (units !== 0) this.#seenWork[k] = total;
    return units;
  }

  /** How many times as long computing takes now, because other Ps compute too. */
  #crowding(): number {
    const { crowding, cores } = this.#machine.costs;
    const busy = i32[H.NPROCS]! - i32[H.NPIDLE]!;
    return cores <= 1 ? 1 : 1 + (crowding - 1) * Math.min(1, (busy - 1) / (cores - 1));
  }
}
