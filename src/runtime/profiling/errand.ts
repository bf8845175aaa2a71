// Errands: what Node's main thread asks of every P, between two goroutines, and what a P answers.
//
// The asker writes what it wants (ERRAND_ACT, ERRAND_KIND), then ERRAND, then PREEMPT of every P, and wakes it; a P reads
// PREEMPT between goroutines, then ERRAND: if that is another than it has run, it runs this one. The answer is a message: a
// thread that never returns to its event loop can send, and only not hear. There is one errand at a time.
//
// A P that is in the middle of a long computation is interrupted (interrupted.ts, threads/interrupter.ts), and does there
// what it is asked to. The number of the last errand that it has begun, whichever way it was asked, tells it what it need not do
// again; in P.RECORDS it tells the asker that it is at it.

import type { Part, ProfileKind } from './part.js';

/** H.ERRAND_ACT: begin a profile; say what it has found so far; end it. */
export const errand = { start: 1, take: 2, stop: 3 } as const;
export type ErrandAct = keyof typeof errand;

/**
 * What an interruption calls: the name of a symbol in globalThis of every thread that has loaded what records profiles. The
 * inspector evaluates text, and knows no module.
 */
export const INTERRUPTED = 'mandel.interrupted';

/** P.LEFT: no; the P runs no more goroutines; it was interrupted in the middle of one, and ends its profiles. */
export const left = { no: 0, yes: 1, interrupted: 2 } as const;

/** What a thread tells Node's main thread while the run is under way. */
export type Message = Answer | Wish | LastWords;

/** An errand is done. */
export interface Answer {
  readonly mandel: 'errand';
  /** H.ERRAND at that time. */
  readonly errand: number;
  readonly p: number;
  readonly part?: Part;
  /** Why it could not be done. */
  readonly error?: string;
}

/** The program has begun or ended a profile on its own P, and the others are to follow. */
export interface Wish {
  readonly mandel: 'profile';
  readonly act: 'start' | 'stop';
  readonly kind: ProfileKind;
  /** Where it is to be written. */
  readonly path: string;
  readonly quiet: boolean;
  /** What its own P has found. */
  readonly part?: Part;
}

/** The run has ended; the P, interrupted in the middle of a goroutine, has ended its profiles, and found this. */
export interface LastWords {
  readonly mandel: 'last words';
  readonly p: number;
  readonly parts: readonly Part[];
}
