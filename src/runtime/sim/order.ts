// Keeps virtual time in order: nobody does anything to a shared object while another P has something to do at an earlier
// time.
//
// An operation that is given to `yield*` can wait for that: its goroutine leaves the thread and begins the operation when it
// is its P's turn again (early). A plain call cannot leave. So the others run on top of its stack until they have caught up
// (effect). They may overtake then: a goroutine that computes for a millisecond does so in one go, and what its plain calls
// do at the end of it cannot wait either, because the P below is not finished. Those effects are done at once, at a time
// that is still to come; the object remembers it, so whoever is woken by them, and whoever wants to operate on the object,
// is not there before that time.

import { Escaping } from '../memory/errors.js';
import { H, runStatus } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { m } from '../sched/g.js';
import type { Pace } from '../sched/hooks.js';
import { onTop } from './ontop.js';
import { Touches } from './touches.js';
import type { World } from './world.js';

export class Order implements Pace {
  postponed = false;
  /** When what the current P does to its object takes effect: no earlier than what others have done to it. */
  effective = 0;
  readonly #world: World;
  readonly #step: () => void;
  readonly #touches = new Touches();
  /** True while others run on top of a goroutine, and what the time is there. */
  #nested = false;
  #below = 0;

  /** @param step runs the P that is next on the agenda until it is another's turn */
  constructor(world: World, step: () => void) {
    this.#world = world;
    this.#step = step;
  }

  /** Until when the current P may go on: another has something to do then. */
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

  /** The current P uses the object for an operation: nobody else can meanwhile. */
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

  /** Fields are read and written at once: it costs no time, and no other goroutine goes first. */
  access(): void {}

  /** Lets others catch up with the current P, in the middle of what it does. */
  letOthers(): void {
    // The run has been interrupted: no program may catch that, and one that only looks at the clock notices it here.
    if (i32[H.STATUS] !== runStatus.running) throw new Escaping(undefined);
    const world = this.#world;
    const now = world.now();
    if (this.#nested || world.agenda.minKey >= now) return;
    this.#nested = true;
    this.#below = now;
    onTop(world, () => {
      while (world.agenda.minKey < now && i32[H.STATUS] === runStatus.running) this.#step();
    });
    this.#nested = false;
  }
}
