// How long work will take, learned from how long such work took.
//
// Time here is that of the whole service: a millisecond in which two requests are rendered counts half for each. So what
// is learned while one request has all Ps to itself holds as well when they are shared.

/** Some work, before it is done. */
export interface Work {
  /** What it is like: work of the same kind takes the same time a unit. */
  readonly kind: string;
  /** How much of it there is: pixels, for a picture. */
  readonly units: number;
  /** Milliseconds a unit, until the first of its kind is done. */
  readonly guess: number;
}

/** What a piece of work takes beside its units: parsing, queueing, waking a P. */
const FIXED_MS = 1;
/** How much of what is known stays each time something is learned: the last ten or so count. */
const MEMORY = 0.9;

export class Estimate {
  readonly #known = new Map<string, { units: number; ms: number }>();

  /** Milliseconds of the whole service that this work will take. */
  of({ kind, units, guess }: Work): number {
    const known = this.#known.get(kind);
    return FIXED_MS + units * (known ? known.ms / known.units : guess);
  }

  /** It took so long. What has many units teaches more than what has few, whose time is mostly not for its units. */
  learn({ kind, units }: Work, ms: number): void {
    const known = this.#known.get(kind) ?? { units: 0, ms: 0 };
    known.units = known.units * MEMORY + units;
    known.ms = known.ms * MEMORY + Math.max(0, ms - FIXED_MS);
    this.#known.set(kind, known);
  }
}
