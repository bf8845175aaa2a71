// An engine for tests of what calls one: its clock is a variable, and it notes what is asked of it. Import a file of memory/ first.

import { field, type GAddr } from '#src/runtime/memory/address.js';
import { G, pAddress } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { type Engine, setEngine } from '#src/runtime/sched/engine.js';
import { m } from '#src/runtime/sched/g.js';
import { inboxput, localput, readyNext, runqput } from '#src/runtime/sched/runq.js';
import { Timers } from '#src/runtime/sched/timers.js';

export class TestEngine implements Engine {
  /** Nanoseconds since the start of the run. */
  time = 0;
  /** Called whenever the time is asked for. */
  onNow: () => void = () => {};
  readonly timers = new Timers();
  readonly goroutines: (object | undefined)[] = [];
  readonly submitted: GAddr[] = [];
  readonly readied: GAddr[] = [];
  /** Called before a G is queued that was waiting. */
  onReady: (gp: GAddr) => void = () => {};

  now(): number {
    this.onNow();
    return this.time;
  }

  nanotime(): number {
    return this.now();
  }

  random(n: number): number {
    return n - 1;
  }

  submit(gp: GAddr): void {
    this.submitted.push(gp);
    runqput(m.pp, gp);
  }

  ready(gp: GAddr): void {
    this.onReady(gp);
    this.readied.push(gp);
    const home = pAddress(i32[field(gp, G.HOME)]!);
    if (home === m.pp) readyNext(home, gp);
    else inboxput(home, gp);
  }

  yieldG(gp: GAddr): void {
    localput(m.pp, gp);
  }

  retime(): void {}

  trace(): void {}
}

/** Makes a new engine that of this thread. */
export function newEngine(): TestEngine {
  const engine = new TestEngine();
  setEngine(engine);
  return engine;
}
