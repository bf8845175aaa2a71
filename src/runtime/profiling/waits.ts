// Block and mutex profiles of one P: how long goroutines waited, counted by stacks. After blockevent and mutexevent in
// runtime/mprof.go, at their finest: every event counts, as with runtime.SetBlockProfileRate(1) and SetMutexProfileFraction(1).
//
// A goroutine that begins to wait notes the time and its stack in its own cold record. The P that makes it runnable counts the
// time. No other P has the goroutine at either moment, so the record needs no lock; and each P counts in a table of its own.
// A stack is numbered by the P where the wait began, so a count names the P and the number:
//
//   P 0, 1.0 ms   goroutine 7 waits on c      COLD.BLOCKEDAT of 7 = 1.0 ms, BLOCKSTACK = 3
//   P 1, 4.5 ms   goroutine 9 sends on c      table of P 1: (P 0, stack 3): 1 wait, 3.5 ms

import type { TraceFrame } from '../../trace/writer.js';
import { field, field64, type GAddr } from '../memory/address.js';
import { COLD, G, H } from '../memory/layout.js';
import { f64, gColdAddress, i32 } from '../memory/memory.js';
import { bodyCount } from '../sched/bodies.js';
import { engine } from '../sched/engine.js';
import { fnBody, getg, m } from '../sched/g.js';
import { setWaits, type Waits } from '../sched/hooks.js';
import { by, type WaitReason, type WakeReason, wait } from '../sched/reason.js';
import { callSites, framesOf, stackKey } from '../tracing/frames.js';
import { Sites, type Walker } from '../tracing/sites.js';
import type { Recorder, WaitsPart } from './part.js';

/** Waits that Go's block profile does not have either: for time, for the network, and for ever. */
const unmeasured: readonly WaitReason[] = [
  wait.sleep,
  wait.ioWait,
  wait.chanReceiveNil,
  wait.chanSendNil,
  wait.selectNoCases,
];
const unlocks: readonly WakeReason[] = [by.mutexUnlock, by.rwMutexRUnlock, by.rwMutexUnlock];

/** Counts, by P and stack (see `#count`). */
type Counts = Map<number, { count: number; delayNs: number }>;
/** Stacks of one P that a key of Counts has room for: 2^24 of them, and any number of a P, fit into 53 bits. */
const STACKS = 2 ** 24;

class WaitTable implements Waits {
  readonly #id: number;
  readonly #begun = engine().now();
  readonly #stacks = new Stacks();
  readonly #sites = new Sites(bodyCount(), this.#stacks);
  readonly #counts: Record<WaitsPart['kind'], Counts> = { block: new Map(), mutex: new Map() };
  /** H.CLOCK, in milliseconds, at the last doubt() of the stacks. */
  #clockThen = 0;

  /** @param id number of the P */
  constructor(id: number) {
    this.#id = id;
  }

  block(reason: WaitReason, on: number): void {
    const cold = gColdAddress(getg());
    if (unmeasured.includes(reason)) {
      f64[field64(cold, COLD.BLOCKEDAT)] = 0;
      return;
    }
    i32[field(cold, COLD.BLOCKSTACK)] = this.#here(reason, on);
    f64[field64(cold, COLD.BLOCKEDAT)] = engine().now();
  }

  unblock(gp: GAddr, reason: WakeReason): void {
    const cold = gColdAddress(gp);
    const since = f64[field64(cold, COLD.BLOCKEDAT)]!;
    f64[field64(cold, COLD.BLOCKEDAT)] = 0;
    if (since < this.#begun) return; // it began to wait before this profile began
    const delayNs = Math.max(0, engine().now() - since);
    this.#count('block', i32[field(gp, G.HOME)]!, i32[field(cold, COLD.BLOCKSTACK)]!, delayNs);
    if (m.curg !== 0 && unlocks.includes(reason)) this.#count('mutex', this.#id, this.#here(reason, 0), delayNs);
  }

  #here(kind: number, on: number): number {
    if (i32[H.CLOCK] !== this.#clockThen) {
      this.#clockThen = i32[H.CLOCK]!;
      this.#sites.doubt();
    }
    return this.#sites.at(fnBody(i32[field(getg(), G.FN)]!), kind, on);
  }

  #count(kind: WaitsPart['kind'], p: number, stack: number, delayNs: number): void {
    const key = p * STACKS + stack;
    const known = this.#counts[kind].get(key);
    if (known === undefined) this.#counts[kind].set(key, { count: 1, delayNs });
    else {
      known.count++;
      known.delayNs += delayNs;
    }
  }

  /** What has been counted so far. */
  take(kind: WaitsPart['kind']): WaitsPart {
    const counts = [...this.#counts[kind]].map(([key, { count, delayNs }]) => ({
      p: Math.floor(key / STACKS),
      stack: key % STACKS,
      count,
      delayNs,
    }));
    return { kind, p: this.#id, stacks: this.#stacks.all(), counts };
  }
}

/** The stacks of this P, numbered from 1. Their frames are looked up when a part is made. */
class Stacks implements Walker {
  readonly #numbers = new Map<string, number>();
  readonly #frames: (() => TraceFrame[])[] = [];

  here(body: number, kind: number): number {
    const sites = callSites();
    const key = stackKey(sites, body, kind);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    let frames: TraceFrame[] | undefined;
    const number = this.#frames.push(() => (frames ??= framesOf(sites, body, kind)));
    this.#numbers.set(key, number);
    return number;
  }

  all(): WaitsPart['stacks'] {
    return this.#frames.map((frames, k) => ({ stack: k + 1, frames: frames() }));
  }
}

/** The table of this thread, and the profiles that read it: block, mutex, or both. */
let table: WaitTable | undefined;
const users = new Set<Recorder>();

export class WaitsRecorder implements Recorder {
  readonly #kind: WaitsPart['kind'];
  readonly #table: WaitTable;

  constructor(p: number, kind: WaitsPart['kind']) {
    table ??= new WaitTable(p);
    setWaits(table);
    this.#table = table;
    this.#kind = kind;
    users.add(this);
  }

  take(): WaitsPart {
    return this.#table.take(this.#kind);
  }

  stop(): WaitsPart {
    users.delete(this);
    if (users.size === 0) {
      setWaits(undefined);
      table = undefined;
    }
    return this.take();
  }
}
