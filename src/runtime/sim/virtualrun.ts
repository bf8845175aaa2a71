// A run on virtual Ps: what the two engines of this folder have in common. One runs goroutines in the order of virtual time
// (simulation.ts), the other in any order that is legal (explore/exploration.ts).

import { Rng } from '../../lib/rng.js';
import type { GAddr, PAddr } from '../memory/address.js';
import { H, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import type { Engine } from '../sched/engine.js';
import { Executor } from '../sched/execute.js';
import type { Pace } from '../sched/hooks.js';
import type { Timers } from '../sched/timers.js';
import type { Machine } from './machine.js';
import type { Change } from './trace.js';
import { World } from './world.js';

export abstract class VirtualRun implements Engine {
  abstract readonly pace: Pace;
  readonly world: World;
  readonly executor = new Executor((value) => this.#mainReturned(value));
  /** What main has returned. */
  returned: { readonly value: unknown } | undefined;
  /** When the run was over, in nanoseconds of virtual time. */
  endAt = 0;
  /** A goroutine waits for the trace to begin or to end: that is done as soon as every P is between two goroutines. */
  protected change: Change | undefined;

  constructor(machine: Machine, seed: number) {
    this.world = new World(machine, new Rng(seed));
  }

  /** Runs the program until its run has ended, as H.STATUS says. @throws what a goroutine throws */
  abstract run(main: CallableFunction, args: readonly unknown[]): void;

  #mainReturned(value: unknown): void {
    this.endAt = this.world.now();
    if (Atomics.compareExchange(i32, H.STATUS, runStatus.running, runStatus.exited) === runStatus.running) {
      this.returned = { value };
    }
  }

  get goroutines(): readonly (object | undefined)[] {
    return this.executor.goroutines;
  }

  get timers(): Timers {
    return this.world.current.timers;
  }

  nanotime(): number {
    return this.world.now();
  }

  random(n: number): number {
    return this.world.rng.below(n);
  }

  trace(path: string | undefined, then: (error: unknown) => void, gp: GAddr | 0): void {
    this.change = { p: this.world.current, gp, path, then };
  }

  abstract now(): number;
  abstract submit(gp: GAddr): void;
  abstract ready(gp: GAddr): void;
  abstract yieldG(gp: GAddr): void;
  abstract retime(pp: PAddr): void;
}
