// What there is in common between the two ways of running a program on virtual Ps: in the order of virtual time
// (simulation.ts), and in any order that is legal (exploration.ts).

import type { Engine } from '../engine.js';
import type { Executor } from '../execute.js';
import type { Pace } from '../pace.js';
import type { World } from './world.js';

export interface Course {
  readonly engine: Engine;
  readonly pace: Pace;
  readonly world: World;
  readonly executor: Executor;
  /** What main has returned. */
  readonly returned: { readonly value: unknown } | undefined;
  /** When the run was over, in nanoseconds of virtual time. */
  endAt: number;
  /** Runs the program until its run has ended, as H.STATUS says. @throws what a goroutine throws */
  run(main: CallableFunction, args: readonly unknown[]): void;
}
