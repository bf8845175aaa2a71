// When it pays to spin. An idle P that spins sees new work within a microsecond; one that sleeps has to be woken, which takes
// its waker up to 50. But where two threads have to share a core, because other processes have the rest, the spinner holds the
// very core that its partner needs: then every wait takes a whole spin, for as long as the machine is busy. No length is right
// for both, so each P goes by what its last spins have found: after MISSES in a row that found nothing it sleeps at once, and
// tries again after some waits, more of them each time.

/** Spins in a row that find nothing before a P sleeps at once. */
const MISSES = 2;
/** Waits before it tries to spin again: at first, and at most. A try that finds nothing costs a spin (SPIN in sched.ts). */
const FIRST_TRY = 8;
const LAST_TRY = 512;

export class Spinning {
  #misses = 0;
  /** Waits until the next try, and how many there were before it. */
  #wait = 0;
  #waits = FIRST_TRY;

  /** Whether the wait that begins now is to be spent spinning at first. Asked once for each wait. */
  get pays(): boolean {
    return this.#misses < MISSES || --this.#wait < 0;
  }

  /** Work came while the P was spinning. */
  found(): void {
    this.#misses = 0;
    this.#waits = FIRST_TRY;
  }

  /** Nothing came while the P was spinning, and it goes to sleep. */
  missed(): void {
    if (++this.#misses < MISSES) return;
    this.#wait = this.#waits;
    this.#waits = Math.min(2 * this.#waits, LAST_TRY);
  }
}
