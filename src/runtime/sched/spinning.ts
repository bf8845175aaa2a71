// When it pays to spin. An idle P that spins sees new work within a microsecond; one that sleeps has to be woken, which takes up
// to 50. But where two threads have to share a core, because other processes have the rest, the spinner holds the very core that
// its partner needs: then every wait takes a whole spin, for as long as the machine is busy. No length is right for both, so each
// P goes by what its spins have found lately. If that is too little it sleeps at once, and now and then tries for 30
// milliseconds whether spins find something again.
//
// Both take so long because of the system. Two threads that only ever wake each other are left on one core even if
// another one is free; the system parts them when both have kept busy until its next look, which is every 4 ms or so.

/** Nanoseconds of a spin; of one in a try, which must last longer than it takes to wake a partner that sleeps at once. */
export const SPIN = 40_000;
export const TRY = 120_000;
/** Spins in vain before a P sleeps at once: 30 ms. A spin that finds something makes up for some of them. */
const VAIN = 750;
const WORTH = 4;
/** Waits of a try, half of which must find something. */
const WAITS = 256;
/** Nanoseconds until the next try: at first, and at most. */
const REST = 300e6;
const MOST_REST = 1000e6;

export class Spinning {
  #vain = 0;
  /** Whether it sleeps at once; when it tries again, how many waits of the try are left, and how many found something. */
  #givenUp = false;
  #next = 0;
  #rest = REST;
  #left = 0;
  #finds = 0;

  /** How long (ns) the wait that begins `now` may spin; 0: not at all. Asked once for each wait. */
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

  /** Nothing came while the P was spinning, and it goes to sleep. */
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
