// Who has operated on a shared object last, and when: what two Ps use in turn travels between their caches, and only one of
// them can have it at a time.

/** The last touch of an object. */
interface Touch {
  /** The P that has operated on it last; -1 if none has. */
  by: number;
  /** The latest time at which anybody has changed it. */
  at: number;
  /** Until when it is in use by an operation. */
  inUse: number;
}

export class Touches {
  readonly #touches = new Map<number, Touch>();
  /** The one asked for last: mostly it is asked for again. */
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
