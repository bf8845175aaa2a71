// The time of a load, and waiting for it.

export interface Clock {
  /** Nanoseconds from the start of the load. */
  now(): number;
  /** Resolves at that time, or a little later; at once, when the load is stopped. */
  until(atNs: number): Promise<void>;
}

/** The clock on the wall, from its making on. */
export class WallClock implements Clock {
  readonly #origin = performance.now();
  readonly #waiting = new Map<NodeJS.Timeout, () => void>();
  #stopped = false;

  now(): number {
    return Math.round((performance.now() - this.#origin) * 1e6);
  }

  async until(atNs: number): Promise<void> {
    // A timer may be a fraction of a millisecond early.
    for (let left = atNs - this.now(); left > 0 && !this.#stopped; left = atNs - this.now()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(
          () => {
            this.#waiting.delete(timer);
            resolve();
          },
          Math.ceil(left / 1e6),
        );
        this.#waiting.set(timer, resolve);
      });
    }
  }

  /** Wakes all that wait, and lets nobody wait again. */
  stop(): void {
    this.#stopped = true;
    for (const [timer, resolve] of this.#waiting) {
      clearTimeout(timer);
      resolve();
    }
    this.#waiting.clear();
  }
}
