// Who may come in: few requests are rendered at once, the others wait in line, and who would have to wait longer than the
// service promises is told so at once, with a time to come back. A queue without a bound turns a moment's overload into
// minutes in which every answer comes too late for whoever wanted it.
//
// Invariants: somebody waits only while all places are taken; the line is in order of arrival; nobody waits in it for
// longer than the promise. An estimate can be wrong, so the line also has a clock: who is still in it when the promised
// time is over is refused then.

/// <reference types="node" preserve="true" />

import { Estimate, type Work } from './estimate.js';

/** What the line goes by. */
export interface Time {
  /** Milliseconds since whenever. */
  now(): number;
  /** Calls `act` after so many milliseconds. @returns what takes that back */
  after(ms: number, act: () => void): () => void;
}

/** The real one. */
export const realTime: Time = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export interface AdmissionOptions {
  /** How many are rendered at once. */
  readonly places: number;
  /** Milliseconds that nobody has to wait longer than. */
  readonly promiseMs: number;
  /** How many may wait. */
  readonly most: number;
  readonly time?: Time;
}

/** There is no room: come back later. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** Whole seconds, at least 1. */
  readonly retryAfter: number;

  constructor(message: string, waitMs: number) {
    super(message);
    this.retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/** The client went away before it was its turn. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** A place among those that are rendered. */
export interface Place {
  /** Gives it back, once. `done` is true if all of the work was done, so that something is to be learned from it. */
  leave(done: boolean): void;
}

interface Ticket {
  readonly work: Work;
  /** Milliseconds of the whole service that it is expected to take. */
  readonly ms: number;
  /** Since when it waits, then how far the service was when it came in. */
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
  readonly #inside = new Set<Ticket>();
  readonly #line: Ticket[] = [];
  /** How far the service is: milliseconds, shared among those inside; and when that was true. */
  #progress = 0;
  #at: number;
  #stopClock: (() => void) | undefined;
  #refusals = 0;

  constructor({ places, promiseMs, most, time = realTime }: AdmissionOptions) {
    this.#places = places;
    this.#promiseMs = promiseMs;
    this.#most = most;
    this.#time = time;
    this.#at = time.now();
  }

  /** How many are being rendered. */
  get inside(): number {
    return this.#inside.size;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.length;
  }

  /** How many have been refused. */
  get refusals(): number {
    return this.#refusals;
  }

  /**
   * Waits for a place.
   * @throws Refused if that would take or has taken too long; Gone if `signal` is aborted first
   */
  enter(work: Work, signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      const leaveLine = () => {
        const at = this.#line.indexOf(ticket);
        if (at >= 0) this.#line.splice(at, 1);
        this.#watch();
        reject(new Gone('the client has gone away'));
      };
      const ticket: Ticket = {
        work,
        ms: this.#estimate.of(work),
        since: this.#time.now(),
        enter: () => {
          signal.removeEventListener('abort', leaveLine);
          resolve(this.#placeOf(ticket));
        },
        refuse: (error) => {
          signal.removeEventListener('abort', leaveLine);
          this.#refusals++;
          reject(error);
        },
      };
      if (signal.aborted) return leaveLine();
      this.#advance();
      const waitMs = this.#wait();
      if (waitMs > this.#promiseMs || this.#line.length >= this.#most) {
        const text = `busy: expected to wait ${(waitMs / 1000).toFixed(1)}s, and the longest wait is ${this.#promiseMs / 1000}s`;
        ticket.refuse(new Refused(text, waitMs - this.#promiseMs));
        return;
      }
      signal.addEventListener('abort', leaveLine);
      this.#line.push(ticket);
      this.#next();
    });
  }

  /** Lets those in who have a place. */
  #next(): void {
    while (this.#inside.size < this.#places && this.#line.length > 0) {
      const ticket = this.#line.shift()!;
      this.#inside.add(ticket);
      ticket.since = this.#progress;
      ticket.enter();
    }
    this.#watch();
  }

  #placeOf(ticket: Ticket): Place {
    return {
      leave: (done) => {
        this.#advance();
        if (!this.#inside.delete(ticket)) return;
        if (done) this.#estimate.learn(ticket.work, this.#progress - ticket.since);
        this.#next();
      },
    };
  }

  /** Those inside have shared the time since the last look. */
  #advance(): void {
    const now = this.#time.now();
    if (this.#inside.size > 0) this.#progress += (now - this.#at) / this.#inside.size;
    this.#at = now;
  }

  /**
   * Milliseconds until somebody who comes now would have a place. Every place works at the same pace, so it is free when
   * those inside are done, and then the line is poured into the places like water: the level is the wait.
   */
  #wait(): number {
    const n = this.#places;
    const left = [...this.#inside].map(({ ms, since }) => n * Math.max(0, ms - (this.#progress - since)));
    while (left.length < n) left.push(0);
    left.sort((a, b) => a - b);
    let water = n * this.#line.reduce((sum, { ms }) => sum + ms, 0);
    for (let k = 1; k < n; k++) {
      const room = k * (left[k]! - left[k - 1]!);
      if (room >= water) return left[k - 1]! + water / k;
      water -= room;
    }
    return left[n - 1]! + water / n;
  }

  /** Has the clock ring when the first in line has waited as long as anybody may. */
  #watch(): void {
    this.#stopClock?.();
    this.#stopClock = undefined;
    const [first] = this.#line;
    if (!first) return;
    const left = first.since + this.#promiseMs - this.#time.now();
    this.#stopClock = this.#time.after(Math.max(0, left), () => {
      this.#advance();
      const [late] = this.#line;
      // A timer may be early by a fraction of a millisecond.
      if (late && this.#time.now() - late.since >= this.#promiseMs - 1) {
        this.#line.shift();
        const text = `busy: waited ${this.#promiseMs / 1000}s, and there is still no place`;
        late.refuse(new Refused(text, this.#wait() - this.#promiseMs));
      }
      this.#watch();
    });
  }
}
