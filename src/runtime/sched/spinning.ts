// Spinning, and when it pays. An idle P that spins sees new work within a microsecond; one that sleeps has to be woken, which takes
// up to 50. But where two threads share a core, because other processes use the rest, the spinning one holds the core that the
// other one needs: then every wait takes a whole spin, for as long as the machine is busy. No length is right in both cases, so
// each P counts what its spins have found lately. If that is too little, it sleeps at once, and from time to time tries for 30 ms
// whether spins find something again.
//
// Giving up and trying take so long because of the system. Two threads that only wake each other stay on one core even if
// another core is free; the system moves one of them when both have been busy until its next balancing, about every 4 ms.

/** Length (ns) of a spin: a sleep and a wake-up take as long. */
export const SPIN = 40_000;
/** Length (ns) of a spin in a trial: longer than it takes to wake a partner that sleeps at once. */
export const TRY = 120_000;
/** Spins that find nothing until a P sleeps at once: 750 of 40 us are 30 ms. */
const VAIN = 750;
/** A spin that finds something makes up for this many that found nothing. */
const WORTH = 4;
/** Waits of a trial; if half of them find something, the P spins again. */
const WAITS = 256;
/** Time (ns) until the first trial; it doubles with each trial that fails. */
const REST = 300e6;
/** Time (ns) until the next trial at most. */
const MOST_REST = 1000e6;

/** The spins of one P. */
export class Spinning {
  /** Spins that have found nothing, less those that the others make up for. */
  #vain = 0;
  /** True while the P sleeps at once. */
  #givenUp = false;
  /** When the next trial begins, and how long (ns) until the one after it. */
  #next = 0;
  #rest = REST;
  /** Waits that are left of the trial under way, and how many of its waits have found something. */
  #left = 0;
  #finds = 0;

  /** How long (ns) the wait that begins `now` may spin; 0: not at all. To be called once for each wait. */
  begin(now: number): number {
    if (!this.#givenUp) return SPIN;
    if (this.#left === 0) {
      if (now < this.#next) return 0;
      this.#left = WAITS;
      this.#finds = 0;
    }
    if (--this.#left === 0) this.#pause(now);
    return TRY;
  }

  /** Work came while the P was spinning. */
  found(): void {
    if (!this.#givenUp) this.#vain = Math.max(0, this.#vain - WORTH);
    else if (++this.#finds >= WAITS / 2) {
      this.#givenUp = false;
      this.#vain = 0;
      this.#rest = REST;
      this.#left = 0;
    }
  }

  /** No work came while the P was spinning, and it sleeps now. */
  missed(now: number): void {
    if (this.#givenUp || ++this.#vain < VAIN) return;
    this.#givenUp = true;
    this.#pause(now);
  }

  #pause(now: number): void {
    this.#next = now + this.#rest;
    this.#rest = Math.min(2 * this.#rest, MOST_REST);
  }
}
