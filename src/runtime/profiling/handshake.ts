// Handshakes: Node's main thread asks every P of a run for something, and each P answers. One handshake at a time.
//
//   Node's main thread                                  each P
//   stores HANDSHAKE_ACT, HANDSHAKE_KIND
//   adds 1 to HANDSHAKE
//   stores PREEMPT = 1 of every P, and wakes it   ->    exchanges PREEMPT at its next scheduling point
//                                                       loads HANDSHAKE: another number than its last one?
//                                                       stores RECORDS = number + 1, does what was asked
//   receives the answers                          <-    posts its answer as a message
//
// The answer is a message because a thread that never returns to its event loop can send messages, and only not receive any.
//
// A P in the middle of a long computation is interrupted (interruption.ts, threads/interrupter.ts) and answers there. The number
// of the last handshake that a P has begun, whichever way it was asked, keeps it from answering twice; its word RECORDS tells
// Node's main thread that it has begun.

import type { Part, ProfileKind } from './part.js';

/** H.HANDSHAKE_ACT: begin a profile; report what it has found so far; end it. */
export const handshakeAct = { start: 1, take: 2, stop: 3 } as const;
export type HandshakeAct = keyof typeof handshakeAct;

/**
 * What an interruption calls: the name of a symbol in globalThis of every thread that has loaded what records profiles. The
 * inspector evaluates text, and knows no module.
 */
export const INTERRUPTED = 'mandel.interrupted';

/** P.LEFT: no; the P runs no more goroutines; it was interrupted in the middle of one, and ends its profiles. */
export const left = { no: 0, yes: 1, interrupted: 2 } as const;

/** What a thread posts to Node's main thread while the run is under way. */
export type Message = Answer | ProfileRequest | LastWords;

/** The P has done what a handshake asked for. */
export interface Answer {
  readonly mandel: 'handshake';
  /** H.HANDSHAKE at that time. */
  readonly handshake: number;
  readonly p: number;
  readonly part?: Part;
  /** Why it could not be done. */
  readonly error?: string;
}

/** The program has begun or ended a profile on its own P: Node's main thread has the other Ps do the same. */
export interface ProfileRequest {
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
