// The audit: checks, after every step of a P, that the simulator keeps its invariants. Tests switch it on (RunOptions.audit). It
// trusts nothing that the scheduler remembers: it reads the shared memory, and remembers for itself.
//
//   Every runnable goroutine is in one place, every running one is that of one P, all others are in none (places.ts).
//   The clock of no P runs backwards, and neither does the time of the steps.
//   Goroutines that wait on a channel are served in the order in which they began to wait (waitaudit.ts).
//   No goroutine waits beside an idle P for longer than it takes to wake that P (idleaudit.ts).

import { field, type GAddr } from '../../memory/address.js';
import { G, gStatus } from '../../memory/layout.js';
import { i32 } from '../../memory/memory.js';
import type { Proc } from '../proc.js';
import { type Observer, type Simulation, Violation } from '../simulation.js';
import type { World } from '../world.js';
import { IdleAudit } from './idleaudit.js';
import { Places } from './places.js';
import { WaitAudit } from './waitaudit.js';

/** Records of goroutines that are checked per step, on average: where there are more of them, not every step is checked. */
const RECORDS = 256;

/** Has a simulation checked at every step. */
export function watch(simulation: Simulation): void {
  simulation.observer = new Audit(simulation.world, () => simulation.changing);
}

class Audit implements Observer {
  readonly #world: World;
  readonly #places: Places;
  readonly #waits = new WaitAudit();
  readonly #idle: IdleAudit;
  /** The clock of each P at the last check. */
  readonly #clocks: Float64Array;
  /** The goroutines that have a P, on the stack: more than one while others run on top of one. */
  readonly #onStack: GAddr[] = [];
  /** The time of the step that is under way, or of the one that others run on top of. */
  #at = 0;
  /** Steps since the last check of all records. */
  #steps = 0;

  /** @param changing the goroutine that waits for the trace to begin or to end; 0 if none does */
  constructor(world: World, changing: () => GAddr | 0) {
    this.#world = world;
    this.#places = new Places(world.procs, changing);
    this.#idle = new IdleAudit(world, this.#places);
    this.#clocks = new Float64Array(world.procs.length);
  }

  beginStep(at: number): void {
    if (at < this.#at) fail(at, `time runs backwards: the step before was at ${this.#at} ns`);
    this.#at = at;
  }

  givePTo(gp: GAddr): void {
    this.#onStack.push(gp);
    this.#places.forget(gp);
  }

  endStep(p: Proc, gp: GAddr | 0): void {
    if (gp !== 0) {
      this.#onStack.pop();
      if (i32[field(gp, G.STATUS)] === gStatus.waiting) this.#waits.begin(gp);
    }
    const onTop = this.#onStack.length > 0;
    this.#steps++;
    let wrong = this.#checkClocks();
    if (this.#steps * RECORDS >= this.#places.count) {
      this.#steps = 0;
      wrong ??= this.#places.check(this.#onStack, p.clock) ?? this.#waits.check() ?? this.#idle.check(this.#at, onTop);
    }
    if (wrong !== undefined) fail(p.clock, wrong);
  }

  #checkClocks(): string | undefined {
    const clocks = this.#clocks;
    for (const { id, clock } of this.#world.procs) {
      if (clock < clocks[id]!)
        return `the clock of P ${id} runs backwards: it was at ${clocks[id]} ns, and is at ${clock}`;
      clocks[id] = clock;
    }
    return undefined;
  }
}

function fail(at: number, wrong: string): never {
  throw new Violation(`sim: audit at ${at} ns: ${wrong}`);
}
