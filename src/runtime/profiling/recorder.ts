// What records a profile on one thread, by kind. Each kind's file is loaded when somebody wants such a profile, and says here
// what it makes: a run has one kind, or none.

import type { Session } from 'node:inspector';
import type { Part, ProfileKind } from './part.js';

/** A profile of one P that is under way. */
export interface Recorder {
  /** What has been found so far; undefined if that cannot be said before the end. */
  take(): Part | undefined;
  /** Ends it: what has been found. */
  stop(): Part;
}

/** Begins to record on P number `p`; `session` is the thread's own inspector. */
export type Begin = (p: number, session: () => Session) => Recorder;

const files: Readonly<Record<ProfileKind, () => Promise<unknown>>> = {
  cpu: () => import('./cpu.js'),
  heap: () => import('./heap.js'),
  allocs: () => import('./heap.js'),
  block: () => import('./waits.js'),
  mutex: () => import('./waits.js'),
  goroutine: () => import('./census.js'),
  threadcreate: () => import('./census.js'),
};

const begins = new Map<ProfileKind, Begin>();

/** Says what records profiles of this kind. */
export function recordsBy(kind: ProfileKind, begin: Begin): void {
  begins.set(kind, begin);
}

/** Loads what records profiles of this kind. */
export async function loadRecorder(kind: ProfileKind): Promise<void> {
  await files[kind]();
}

/** Begins to record a profile of this kind. @throws Error if that is not loaded */
export function record(kind: ProfileKind, p: number, session: () => Session): Recorder {
  const begin = begins.get(kind);
  if (begin === undefined)
    throw new Error(`runtime: expected what records ${kind} profiles to be loaded, but it is not`);
  return begin(p, session);
}
