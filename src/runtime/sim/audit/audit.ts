// Checks, after every turn of a P, that the simulator keeps its invariants. Tests switch it on (RunOptions.audit). It
// trusts nothing that the scheduler remembers: it looks at the shared memory, and remembers for itself.
//
//   Every runnable goroutine is in one place, every running one is that of one P, all others are nowhere (auditplaces.ts).
//   Nobody's clock runs backwards, and neither does the time of the turns.
//   Who waits on a channel is served in the order of arrival (auditwaits.ts).
//   No goroutine waits beside an idle P for longer than it takes to wake that (auditidle.ts).

import { field, type GAddr } from '../../memory/address.js';
import { G, gStatus } from '../../memory/layout.js';
import { i32 } from '../../memory/memory.js';
import type { Proc } from '../proc.js';
import type { Observer, Simulation } from '../simulation.js';
import type { World } from '../world.js';
import { IdleAudit } from './idleaudit.js';
import { Places } from './places.js';
import { Violation } from './violation.js';
import { WaitAudit } from './waitaudit.js';

/** Records of goroutines that are looked at in a turn, on average: where there are more, not every turn is looked at. */
const RECORDS = 256;

/** Has a simulation checked at every turn. */
export function watch(simulation: Simulation): void {
  simulation.observer = new Audit(simulation.world, () => simulation.changing);
}

export class Audit implements Observer {
  readonly #world: World;
  readonly #places: Places;
  readonly #waits = new WaitAudit();
  readonly #idle: IdleAudit;
  /** The clock of each P when it was looked at last. */
  readonly #clocks: Float64Array;
  /** Goroutines that have been given a P: more than one while others run on top of one. */
  readonly #given: GAddr[] = [];
  /** The time of the turn that is under way, or of the one that others run on top of. */
  #at = 0;
  /** Turns since the last look. */
  #turns = 0;

  /** @param changing the goroutine that waits for the trace to begin or to end; 0 if none does */
  constructor(world: World, changing: () => GAddr | 0) {
    this.#world = world;
    this.#places = new Places(world.procs, changing);
    this.#idle = new IdleAudit(world, this.#places);
    this.#clocks = new Float64Array(world.procs.length);
  }

  /** The next turn is at `at`, and on top of none. @throws Error if that is before the last one */
  stepAt(at: number): void {
    if (at < this.#at) fail(at, `time runs backwards: the turn before was at ${this.#at} ns`);
    this.#at = at;
  }

  /** `gp` is given a P. */
  given(gp: GAddr): void {
    this.#given.push(gp);
    this.#places.given(gp);
  }

  /** The turn of `p` is over, in which `gp` (0: nobody) has been given it. @throws Error if an invariant does not hold */
  over(p: Proc, gp: GAddr | 0): void {
    if (gp !== 0) {
      this.#given.pop();
      if (i32[field(gp, G.STATUS)] === gStatus.waiting) this.#waits.begins(gp);
    }
    const onTop = this.#given.length > 0;
    this.#turns++;
    let wrong = this.#backwards();
    if (this.#turns * RECORDS >= this.#places.count) {
      this.#turns = 0;
      wrong ??= this.#places.check(this.#given, p.clock) ?? this.#waits.check() ?? this.#idle.check(this.#at, onTop);
    }
    if (wrong !== undefined) fail(p.clock, wrong);
  }

  #backwards(): string | undefined {
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
