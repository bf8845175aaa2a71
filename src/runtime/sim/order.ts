// The order of virtual time: no goroutine does anything to a shared object while another P has something to do at an earlier time.
//
// An operation that is given to `yield*` can wait for that: its goroutine leaves the thread, and begins the operation when its P
// is first on the agenda (early). P 0 is at 50 ns and wants to send, P 1 has something to do at 30 ns:
//
//   P 0: early() is true: G 1 is held, P 0 is on the agenda for 50
//   P 1: runs from 30 to 60, and receives at 60: held, as P 0 is first now
//   P 0: sends at 50
//   P 1: receives at 60
//
// A plain call cannot leave the stack. So the other Ps run on top of it until they have caught up (effect). P 0 is at 50 ns and
// wants to unlock, P 1 has something to do at 30 ns:
//
//   P 0: effect() of the unlock
//   P 1:   on top of it: runs from 30 to 60 in one step, and wants to unlock another lock: done at once, at 60,
//          although P 0, below, has not come to 60 yet
//   P 0: unlocks at 50
//
// So a P on top may overtake the one below: it computes to a time that the one below has not come to, and its plain calls there
// cannot wait either. Their effects are done at once, and the object remembers their time (Touch.at): a goroutine that they wake
// does not run before that time, and an operation on the object does not begin before it.

import { Escaping } from '../memory/errors.js';
import { H, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import type { Pace } from '../sched/hooks.js';
import type { World } from './world.js';

export class Order implements Pace {
  postponed = false;
  /** When the current P's effect on its object takes place: no earlier than other Ps' effects on it. */
  effective = 0;
  readonly #world: World;
  readonly #runNext: () => void;
  readonly #touches = new Touches();
  /** True while other Ps run on top of a goroutine. */
  #nested = false;
  /** The time of the P below them. */
  #below = 0;

  /** @param runNext runs the P that is first on the agenda, for one step */
  constructor(world: World, runNext: () => void) {
    this.#world = world;
    this.#runNext = runNext;
  }

  /** Until when the current P may continue: then another one has something to do. */
  get horizon(): number {
    const { agenda, nextTick } = this.#world;
    const until = Math.min(agenda.minKey, nextTick);
    return this.#nested ? Math.min(until, this.#below) : until;
  }

  early(on: number): boolean {
    const world = this.#world;
    const p = world.current;
    let now = world.now();
    if (!p.begins) {
      world.spend(world.costs.operation);
      now = p.clock;
      const at = on === 0 ? now : Math.max(now, this.#touches.of(on).at);
      if (at > now || this.horizon < now) {
        p.begins = true;
        p.heldUntil = at;
        this.postponed = true;
        return true;
      }
    }
    p.begins = false;
    if (on !== 0) this.#use(on);
    this.effective = p.clock;
    return false;
  }

  /** The current P operates on the object: no other P can meanwhile. */
  #use(on: number): void {
    const world = this.#world;
    const p = world.current;
    const touch = this.#touches.of(on);
    if (touch.by !== p.id) {
      if (touch.by !== -1) world.spend(Math.max(0, touch.inUse - p.clock) + world.costs.transfer);
      touch.by = p.id;
    }
    touch.inUse = p.clock;
    touch.at = Math.max(touch.at, p.clock);
  }

  effect(on: number): void {
    if (m.curg === 0) return; // the scheduler itself, which is between two goroutines
    const world = this.#world;
    const p = world.current;
    if (on !== 0) world.spend(world.costs.effect);
    this.letOthers();
    if (on === 0) {
      this.effective = p.clock;
      return;
    }
    const touch = this.#touches.of(on);
    touch.at = Math.max(touch.at, p.clock);
    this.effective = touch.at;
  }

  /** Fields are read and written at once: that costs no time, and no other goroutine runs first. */
  access(): void {}

  /** Lets the other Ps catch up with the current one, on top of its stack. */
  letOthers(): void {
    // The run has been interrupted: no program may catch that, and one that only reads the clock notices it here.
    if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined);
    const world = this.#world;
    const now = world.now();
    if (this.#nested || world.agenda.minKey >= now) return;
    this.#nested = true;
    this.#below = now;
    world.onTop(() => {
      while (world.agenda.minKey < now && i32[H.STATUS] === runStatus.running) this.#runNext();
    });
    this.#nested = false;
  }
}

/** The last uses of an object. What two Ps use alternately travels between their caches, and only one of them has it at a time. */
interface Touch {
  /** The P that operated on it last; -1 if none has. */
  by: number;
  /** The latest time at which it was changed. */
  at: number;
  /** Until when an operation uses it. */
  inUse: number;
}

class Touches {
  readonly #touches = new Map<number, Touch>();
  /** The object that was asked for last: mostly it is asked for again. */
  #on = 0;
  #touch: Touch | undefined;

  /** What is known of the object at `on`. */
  of(on: number): Touch {
    if (on === this.#on && this.#touch !== undefined) return this.#touch;
    let touch = this.#touches.get(on);
    if (touch === undefined) {
      touch = { by: -1, at: 0, inUse: 0 };
      this.#touches.set(on, touch);
    }
    this.#on = on;
    this.#touch = touch;
    return touch;
  }
}
