// Block and mutex profiles of one P. After blockevent and mutexevent in runtime/mprof.go, at their finest: every event
// counts, as with runtime.SetBlockProfileRate(1) and SetMutexProfileFraction(1).
//
// A goroutine that begins to wait notes when, and at which stack, in its own record; who makes it runnable counts the time.
// Nobody else has the goroutine then, so the record needs no lock; and everybody counts in a table of his own. Stacks are
// numbered by the P where the wait began, so a count names both.

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
import type { WaitsPart } from './part.js';
import type { Recorder } from './recorder.js';

/** Waiting that is no blocking: for time, for the network, and for ever. As in Go, whose profile has none of these. */
const unmeasured: readonly WaitReason[] = [
  wait.sleep,
  wait.ioWait,
  wait.chanReceiveNil,
  wait.chanSendNil,
  wait.selectNoCases,
];
const unlocks: readonly WakeReason[] = [by.mutexUnlock, by.rwMutexRUnlock, by.rwMutexUnlock];

/** A table of counts: two numbers for each stack of each P. */
type Counts = Map<number, { count: number; delayNs: number }>;
/** Stacks of one P that a key has room for. */
const STACKS = 2 ** 24;

class WaitTable implements Waits {
  readonly #id: number;
  readonly #begun = engine().now();
  readonly #stacks = new Stacks();
  readonly #sites = new Sites(bodyCount(), this.#stacks);
  readonly #counts: Record<WaitsPart['kind'], Counts> = { block: new Map(), mutex: new Map() };
  /** H.CLOCK when the stacks were last doubted. */
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
    if (since < this.#begun) return; // nobody measured when it began to wait
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

/** The stacks of this P, numbered from 1. Their frames are looked up when somebody wants to see them. */
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

/** The table of this thread, and the profiles that are made of it. */
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
