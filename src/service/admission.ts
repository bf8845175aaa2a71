// Admission control: a few requests are rendered at once, the others wait in a queue, and a request whose expected wait is longer
// than the service promises is refused at once, with a time after which to retry. A queue without a bound would turn a short
// overload into minutes in which every answer is too late for its client.
//
// Invariants: a request waits only while all places are taken; the queue is in order of arrival; no request waits in it for
// longer than the promise. Estimates can be wrong, so the queue also has a timer, which refuses the first request when the promised
// time has passed.
//
// Time in an estimate is that of the whole service: a millisecond in which two requests are rendered counts half for each. So what
// is learned while one request has all Ps to itself also holds when they are shared.

/// <reference types="node" preserve="true" />

/** A request's work, before it is done. */
export interface Work {
  /** Work of the same kind takes the same time per unit. */
  readonly kind: string;
  /** The amount of work: pixels, for a picture. */
  readonly units: number;
  /** Milliseconds per unit, until the first work of its kind is done. */
  readonly guess: number;
}

/** The queue's clock and timers. */
export interface Time {
  /** Milliseconds since any fixed time. */
  now(): number;
  /** Calls `act` after `ms` milliseconds. @returns a function that cancels it */
  after(ms: number, act: () => void): () => void;
}

/** The real time. */
export const realTime: Time = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export interface AdmissionOptions {
  /** Requests that are rendered at once. */
  readonly places: number;
  /** The longest wait, in milliseconds. */
  readonly promiseMs: number;
  /** Requests that may wait. */
  readonly most: number;
  readonly time?: Time;
}

/** The service is overloaded: the client should retry later. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** Whole seconds after which to retry, at least 1. */
  readonly retryAfter: number;

  constructor(message: string, waitMs: number) {
    super(message);
    this.retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/** The client went away before its request got a place. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** A place of a request that is being rendered. */
export interface Place {
  /** Releases the place; later calls have no effect. `done` is true if all of the work was done, so that its time is representative. */
  release(done: boolean): void;
}

/** A request that waits or is being rendered. */
interface Ticket {
  readonly work: Work;
  /** The estimate: milliseconds of the whole service. */
  readonly ms: number;
  /** The time of arrival while it waits; then the value of #progress when it got its place. */
  since: number;
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

export class Admission {
  readonly #places: number;
  readonly #promiseMs: number;
  readonly #most: number;
  readonly #time: Time;
  readonly #estimate = new Estimate();
  readonly #rendering = new Set<Ticket>();
  readonly #queue: Ticket[] = [];
  /** Milliseconds that each request would have got if it had been rendered all the time: real time divided by the number rendered. */
  #progress = 0;
  /** The time at which #progress was updated. */
  #at: number;
  #cancelTimer: (() => void) | undefined;
  #refusals = 0;

  constructor({ places, promiseMs, most, time = realTime }: AdmissionOptions) {
    this.#places = places;
    this.#promiseMs = promiseMs;
    this.#most = most;
    this.#time = time;
    this.#at = time.now();
  }

  /** Number of requests that are being rendered. */
  get rendering(): number {
    return this.#rendering.size;
  }

  /** Number of requests that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Number of requests that were refused so far. */
  get refusals(): number {
    return this.#refusals;
  }

  /**
   * Waits for a place.
   * @throws Refused if the wait would be or was too long; Gone if `signal` is aborted first
   */
  enter(work: Work, signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      const leaveQueue = () => {
        const at = this.#queue.indexOf(ticket);
        if (at >= 0) this.#queue.splice(at, 1);
        this.#watch();
        reject(new Gone('the client has gone away'));
      };
      const ticket: Ticket = {
        work,
        ms: this.#estimate.of(work),
        since: this.#time.now(),
        enter: () => {
          signal.removeEventListener('abort', leaveQueue);
          resolve(this.#placeOf(ticket));
        },
        refuse: (error) => {
          signal.removeEventListener('abort', leaveQueue);
          this.#refusals++;
          reject(error);
        },
      };
      if (signal.aborted) return leaveQueue();
      this.#advance();
      const waitMs = this.#expectedWait();
      if (waitMs > this.#promiseMs || this.#queue.length >= this.#most) {
        const text = `busy: expected to wait ${(waitMs / 1000).toFixed(1)}s, and the longest wait is ${this.#promiseMs / 1000}s`;
        ticket.refuse(new Refused(text, waitMs - this.#promiseMs));
        return;
      }
      signal.addEventListener('abort', leaveQueue);
      this.#queue.push(ticket);
      this.#admit();
    });
  }

  /** Gives free places to the requests that have waited longest. */
  #admit(): void {
    while (this.#rendering.size < this.#places && this.#queue.length > 0) {
      const ticket = this.#queue.shift()!;
      this.#rendering.add(ticket);
      ticket.since = this.#progress;
      ticket.enter();
    }
    this.#watch();
  }

  #placeOf(ticket: Ticket): Place {
    return {
      release: (done) => {
        this.#advance();
        if (!this.#rendering.delete(ticket)) return;
        if (done) this.#estimate.learn(ticket.work, this.#progress - ticket.since);
        this.#admit();
      },
    };
  }

  /** Updates #progress: the requests being rendered have shared the time since the last update. */
  #advance(): void {
    const now = this.#time.now();
    if (this.#rendering.size > 0) this.#progress += (now - this.#at) / this.#rendering.size;
    this.#at = now;
  }

  /**
   * Milliseconds until a request that arrives now would get a place. All places work at the same speed. `left` is when each is free,
   * sorted; the work in the queue fills the places like water a vessel whose floor has these heights, and the level of the water is the
   * wait. For example, with places that are free in 2 and 6 ms and 10 ms of work in the queue: 4 raise the first to 6, 3 more each raise
   * both to 9.
   */
  #expectedWait(): number {
    const n = this.#places;
    const left = [...this.#rendering].map(({ ms, since }) => n * Math.max(0, ms - (this.#progress - since)));
    while (left.length < n) left.push(0);
    left.sort((a, b) => a - b);
    let water = n * this.#queue.reduce((sum, { ms }) => sum + ms, 0);
    for (let k = 1; k < n; k++) {
      const room = k * (left[k]! - left[k - 1]!);
      if (room >= water) return left[k - 1]! + water / k;
      water -= room;
    }
    return left[n - 1]! + water / n;
  }

  /** Sets the timer for when the first request in the queue has waited as long as promised. */
  #watch(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const [first] = this.#queue;
    if (!first) return;
    const left = first.since + this.#promiseMs - this.#time.now();
    this.#cancelTimer = this.#time.after(Math.max(0, left), () => {
      this.#advance();
      const [late] = this.#queue;
      // A timer may fire a fraction of a millisecond early.
      if (late && this.#time.now() - late.since >= this.#promiseMs - 1) {
        this.#queue.shift();
        const text = `busy: waited ${this.#promiseMs / 1000}s, and there is still no place`;
        late.refuse(new Refused(text, this.#expectedWait() - this.#promiseMs));
      }
      this.#watch();
    });
  }
}

/** Milliseconds of a request besides its units: parsing, queueing, waking a P. */
const FIXED_MS = 1;
/** Weight of the past when something is learned: about the last ten requests count. */
const MEMORY = 0.9;

/** The time that work will take, learned from the time of earlier work. */
export class Estimate {
  readonly #known = new Map<string, { units: number; ms: number }>();

  /** The expected time of this work, in milliseconds of the whole service. */
  of({ kind, units, guess }: Work): number {
    const known = this.#known.get(kind);
    return FIXED_MS + units * (known ? known.ms / known.units : guess);
  }

  /** Learns that this work took `ms`. Work with many units weighs more, because the time of small work is mostly fixed cost. */
  learn({ kind, units }: Work, ms: number): void {
    const known = this.#known.get(kind) ?? { units: 0, ms: 0 };
    known.units = known.units * MEMORY + units;
    known.ms = known.ms * MEMORY + Math.max(0, ms - FIXED_MS);
    this.#known.set(kind, known);
  }
}
