// A whole number that changes over time (how many goroutines run), as averages over equal spans of that time.

export class Level {
  /** The average of each span; complete after finish(). */
  readonly means: Float64Array;
  /** How long the number was 0, 1, 2 and so on, if the constructor was asked for it. */
  readonly timeAt: number[] = [];
  readonly #span: number;
  readonly #keepTimes: boolean;
  #value = 0;
  #since = 0;
  #max = 0;
  #area = 0;

  /** A number that changes from time 0 to `end`, in so many spans. */
  constructor(spans: number, end: number, options: { readonly times?: boolean } = {}) {
    this.means = new Float64Array(spans);
    this.#span = end / spans;
    this.#keepTimes = options.times ?? false;
  }

  /** The highest value that it had for longer than 0. */
  get max(): number {
    return this.#max;
  }

  /** The sum of value times time. */
  get area(): number {
    return this.#area;
  }

  /** Sets the value from `now` on. `now` never decreases. */
  set(value: number, now: number): void {
    if (now > this.#since) this.#add(now);
    this.#value = value;
  }

  /** Ends the sums: the value stays as it is until `end`. */
  finish(end: number): void {
    if (end > this.#since) this.#add(end);
    if (this.#span > 0) for (let k = 0; k < this.means.length; k++) this.means[k]! /= this.#span;
  }

  #add(now: number): void {
    const since = this.#since;
    const value = this.#value;
    this.#since = now;
    if (this.#keepTimes) this.timeAt[value] = (this.timeAt[value] ?? 0) + now - since;
    if (value === 0) return;
    if (value > this.#max) this.#max = value;
    this.#area += value * (now - since);
    const last = this.means.length - 1;
    let at = since;
    for (let k = Math.min(last, Math.floor(since / this.#span)); at < now; k++) {
      const until = k >= last ? now : Math.min(now, (k + 1) * this.#span);
      if (until > at) {
        this.means[Math.min(k, last)]! += value * (until - at);
        at = until;
      }
    }
  }
}
