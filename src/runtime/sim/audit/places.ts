// Places: where each goroutine is, as the shared memory says. sched/runq.ts describes them.

import { field, type GAddr, nth } from '../../memory/address.js';
import { G, gStatus, H, P, RING } from '../../memory/layout.js';
import { gAddress, gIndex, i32 } from '../../memory/memory.js';
import { goidOf } from '../../sched/g.js';
import type { Proc } from '../proc.js';

/** The places, as messages name them; indexed by `place`. */
const names = [
  'runnext',
  'the ring',
  'the new queue',
  'the local queue',
  'next',
  'the inbox',
  'the arrivals',
  'the global queue',
  'running',
  'waiting for the trace',
] as const;
const place = {
  runnext: 0,
  ring: 1,
  newq: 2,
  localq: 3,
  next: 4,
  inbox: 5,
  arrivals: 6,
  globq: 7,
  running: 8,
  trace: 9,
};

/** Thrown by what walks the queues, and caught by check. */
class Wrong extends Error {}

export class Places {
  readonly #procs: readonly Proc[];
  readonly #changing: () => GAddr | 0;
  /** Number of the current check. */
  #round = 0;
  /** Of each goroutine record: the check at which it was found last, in which place, and on which P. */
  #seen = new Int32Array(0);
  #place = new Uint8Array(0);
  #on = new Int32Array(0);
  /** Since when it has been in queues without a break. */
  #since = new Float64Array(0);
  /** The id of its goroutine, because records are reused. */
  #goid = new Float64Array(0);
  /**
   * True while others run on top of a goroutine that makes room (sched/execute.ts). That one counts as preempted; the goroutine that it
   * has just made is in no queue yet; and a third one may run in its place.
   */
  #makingRoom = false;
  /** How many started goroutines each P is home to. */
  readonly #homes: Int32Array;

  constructor(procs: readonly Proc[], changing: () => GAddr | 0) {
    this.#procs = procs;
    this.#changing = changing;
    this.#homes = new Int32Array(procs.length);
  }

  /** How many records there are. */
  get count(): number {
    return Math.min(i32[H.GNEXT]!, i32[H.GMAX]!);
  }

  /** True if G record number `k` is runnable, and in a queue. */
  queued(k: number): boolean {
    return this.#seen[k] === this.#round && this.#place[k] !== place.running;
  }

  /** Since when (ns) it has been in queues. */
  since(k: number): number {
    return this.#since[k]!;
  }

  /** `gp` is given a P: if the next check finds it in a queue, its wait began after this. */
  forget(gp: GAddr): void {
    this.#grow();
    this.#goid[gIndex(gp)] = 0;
  }

  /**
   * Checks that every goroutine is where it may be.
   * @param onStack goroutines that others run on top of
   * @param now all that has happened since the last check had happened by then
   * @returns what is wrong
   */
  check(onStack: readonly GAddr[], now: number): string | undefined {
    this.#grow();
    this.#round++;
    this.#homes.fill(0);
    this.#makingRoom = onStack.some((gp) => i32[field(gp, G.STATUS)] === gStatus.runnable);
    try {
      for (const p of this.#procs) this.#visit(p, now);
      this.#walk(i32[H.GLOBQ_HEAD]!, i32[H.GLOBQ_SIZE]!, place.globq, -1, now);
      const changing = this.#changing();
      if (changing !== 0) this.#found(changing, place.trace, -1, now);
      this.#checkLost();
    } catch (error) {
      if (error instanceof Wrong) return error.message;
      throw error;
    }
    return undefined;
  }

  /** Finds all goroutines on `p`. */
  #visit(p: Proc, now: number): void {
    const { id, pp } = p;
    this.#found(i32[field(pp, P.RUNNEXT)]!, place.runnext, id, now);
    this.#found(i32[field(pp, P.NEXT)]!, place.next, id, now);
    for (let k = i32[field(pp, P.RUNQHEAD)]!; k !== i32[field(pp, P.RUNQTAIL)]; k = (k + 1) | 0) {
      this.#found(i32[nth(field(pp, P.RING), k & (RING - 1))]!, place.ring, id, now);
    }
    this.#walk(i32[field(pp, P.NEWQ_HEAD)]!, i32[field(pp, P.NEWQ_COUNT)]!, place.newq, id, now);
    this.#walk(i32[field(pp, P.LOCALQ_HEAD)]!, -1, place.localq, id, now);
    this.#walk(i32[field(pp, P.INBOX)]!, -1, place.inbox, id, now);
    for (const { at, gp } of p.arrivals()) this.#found(gp, place.arrivals, id, Math.max(at, now));
    const curg = i32[field(pp, P.CURG)]!;
    if (p.held !== 0 && p.held !== curg) throw new Wrong(`P ${id} holds ${name(p.held)}, and runs ${name(curg)}`);
    if (p.running && this.#makingRoom && i32[field(curg as GAddr, G.STATUS)] !== gStatus.running) return;
    if (curg === 0) return;
    if (p.held === 0 && !p.running) throw new Wrong(`P ${id} runs ${name(curg)}, and its step is over`);
    this.#found(curg, place.running, id, now);
  }

  /** Finds all goroutines of a queue that is linked by G.LINK. @param count how many there must be; -1 if that is not counted */
  #walk(first: GAddr | 0, count: number, where: number, on: number, now: number): void {
    let gp: GAddr | 0 = first;
    let n = 0;
    // A queue that counts its goroutines may still have the address of one when it is empty.
    for (; gp !== 0 && n !== count; gp = i32[field(gp, G.LINK)]!, n++) this.#found(gp, where, on, now);
    if (count >= 0 && n !== count) throw new Wrong(`${inPlace(where, on)} has ${n} goroutines, and counts ${count}`);
  }

  /** @throws Wrong if `gp` was found before, or may not be in this place */
  #found(gp: GAddr | 0, where: number, on: number, now: number): void {
    if (gp === 0) return;
    const k = gIndex(gp);
    if (this.#seen[k] === this.#round) {
      const before = inPlace(this.#place[k]!, this.#on[k]!);
      throw new Wrong(`${name(gp)} is in two places: ${before} and ${inPlace(where, on)}`);
    }
    const status = i32[field(gp, G.STATUS)]!;
    const expected = where === place.running ? gStatus.running : gStatus.runnable;
    if (status !== expected) throw new Wrong(`${name(gp)} has the status ${status}, and is in ${inPlace(where, on)}`);
    const home = i32[field(gp, G.HOME)]!;
    const elsewhere =
      home >= 0 ? on !== home && where !== place.trace : where >= place.localq && where <= place.arrivals;
    if (elsewhere) throw new Wrong(`${name(gp)}, whose home is ${home}, is in ${inPlace(where, on)}`);
    if (home >= 0 && where <= place.newq) throw new Wrong(`${name(gp)} has started, and is in ${inPlace(where, on)}`);
    const goid = goidOf(gp);
    if (this.#goid[k] !== goid || this.#seen[k] !== this.#round - 1) this.#since[k] = now;
    this.#goid[k] = goid;
    this.#seen[k] = this.#round;
    this.#place[k] = where;
    this.#on[k] = on;
  }

  /** Every goroutine that can run has been found, and NHOME of each P says how many it is home to. */
  #checkLost(): void {
    for (let k = this.count - 1; k >= 0; k--) {
      const gp = gAddress(k);
      const status = i32[field(gp, G.STATUS)]!;
      if (status === gStatus.idle || status === gStatus.dead) continue;
      const home = i32[field(gp, G.HOME)]!;
      if (home >= 0) this.#homes[home]!++;
      if (status === gStatus.waiting || this.#seen[k] === this.#round || this.#makingRoom) continue;
      throw new Wrong(`${name(gp)} is lost: its status is ${status}, and it is in no place`);
    }
    for (const { id, pp } of this.#procs) {
      const homes = i32[field(pp, P.NHOME)]!;
      if (homes !== this.#homes[id]) throw new Wrong(`P ${id} is home to ${this.#homes[id]}, and counts ${homes}`);
    }
  }

  #grow(): void {
    const { count } = this;
    if (this.#seen.length >= count) return;
    const size = 2 * count;
    this.#seen = grown(this.#seen, new Int32Array(size));
    this.#place = grown(this.#place, new Uint8Array(size));
    this.#on = grown(this.#on, new Int32Array(size));
    this.#since = grown(this.#since, new Float64Array(size));
    this.#goid = grown(this.#goid, new Float64Array(size));
  }
}

function grown<T extends Int32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function name(gp: GAddr | 0): string {
  return gp === 0 ? 'no goroutine' : `goroutine ${goidOf(gp)}`;
}

function inPlace(where: number, on: number): string {
  return on < 0 ? names[where]! : `${names[where]} of P ${on}`;
}
