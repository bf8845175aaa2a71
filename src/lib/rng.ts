// A small seeded generator (xorshift32), for choices that must be repeatable. Not for secrets.

/** A stream of pseudo-random numbers that its seed decides. */
export class Rng {
  #state: number;

  /** @param seed any integer; neighbouring seeds give streams without a visible relation */
  constructor(seed: number) {
    // splitmix32's finalizer: xorshift needs a non-zero state, and seeds 1, 2, 3 must not start alike.
    let z = (seed + 0x9e3779b9) | 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    this.#state = (z ^ (z >>> 16)) | 0 || 1;
  }

  /** The next 32 bits, as an unsigned integer. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** A number in 0..n-1, all equally likely to within n / 2^32. */
  below(n: number): number {
    return Math.floor((this.next() * n) / 4294967296);
  }
}
