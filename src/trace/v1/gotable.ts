// Goroutine table of the merge: index, state and sequence number of each goroutine, and which event type requires and
// changes them. After gStatus and stateTransition in internal/trace/order.go.
//
// A goroutine's sequence number counts its creation, its starts and its wake-ups:
//
//   event on the P that did it       state of goroutine 7       its number
//   GoCreate 7                       unborn -> runnable         0 -> 1
//   GoStart 7, seq 1                 runnable -> running        1 -> 2
//   GoBlockRecv                      running -> waiting         2
//   GoUnblock 7, seq 2               waiting -> runnable        2 -> 3
//   GoStartLocal 7                   runnable -> running        3 -> 4
//
// A Local event has no number: it follows the goroutine's last one on the same P.

import { state } from '../check.js';
import { withRoom } from '../columns.js';
import { ev, waits } from '../event.js';
import { IdMap } from '../idmap.js';
import { GoroutineColumns } from '../link.js';

/** In place of a state, for a GCStart: its argument must be the number of collections that have begun. */
export const GC = 6;

/** The goroutines that have been created so far. Index 0 is g0. */
export class GoTable {
  /** What the model says of them. */
  readonly goroutines = new GoroutineColumns();
  /** From ids in the file to indices. */
  readonly ids = new IdMap();
  /** One of `state`, by goroutine. */
  state = new Uint8Array(64);
  /** Sequence number, by goroutine. */
  seq = new Uint32Array(64);

  constructor() {
    this.ids.set(0, 0);
  }

  /** Number of goroutines. */
  get length(): number {
    return this.goroutines.length;
  }

  /** Makes room for so many goroutines. */
  reserve(capacity: number): void {
    this.goroutines.reserve(capacity);
    this.state = withRoom(this.state, capacity - 1, this.length);
    this.seq = withRoom(this.seq, capacity - 1, this.length);
  }

  /** Adds the goroutine `id`, whose entry function has this stack, and returns its index. */
  add(id: number, entry: number): number {
    const g = this.goroutines.add(id, entry);
    this.state = withRoom(this.state, g);
    this.seq = withRoom(this.seq, g);
    this.ids.set(id, g);
    return g;
  }
}

/** What an event type requires of a goroutine, and how it changes it. */
export interface Transition {
  /** The goroutine: the one in the first argument, or the one that runs on the event's P. */
  readonly of: 'argument' | 'current';
  /** The state that it must have, and the one that it gets. */
  readonly needs: number;
  readonly becomes: number;
  /** The sequence number that it must have; any, if this is left out: Local events, and what a goroutine does itself. */
  readonly seq?: 'second argument' | 'one';
  /** True if its sequence number grows by one. */
  readonly counts: boolean;
}

const start: Transition = { of: 'argument', needs: state.runnable, becomes: state.running, counts: true };
const wake: Transition = { of: 'argument', needs: state.waiting, becomes: state.runnable, counts: true };
const inSnapshot: Transition = {
  of: 'argument',
  needs: state.runnable,
  becomes: state.waiting,
  seq: 'one',
  counts: true,
};
const block: Transition = { of: 'current', needs: state.running, becomes: state.waiting, counts: false };
const yielded: Transition = { of: 'current', needs: state.running, becomes: state.runnable, counts: false };

const transitions: { readonly [type: number]: Transition } = {
  [ev.GoCreate]: { of: 'argument', needs: state.unborn, becomes: state.runnable, counts: true },
  [ev.GoWaiting]: inSnapshot,
  [ev.GoInSyscall]: inSnapshot,
  [ev.GoStart]: { ...start, seq: 'second argument' },
  [ev.GoStartLabel]: { ...start, seq: 'second argument' },
  [ev.GoStartLocal]: start,
  [ev.GoUnblock]: { ...wake, seq: 'second argument' },
  [ev.GoSysExit]: { ...wake, seq: 'second argument' },
  [ev.GoUnblockLocal]: wake,
  [ev.GoSysExitLocal]: wake,
  ...Object.fromEntries(waits.map((type) => [type, block])),
  [ev.GoSysBlock]: block,
  [ev.GoSched]: yielded,
  [ev.GoPreempt]: yielded,
};
/**
 * The transition of each event type; a type without one is always ready. GoEnd and GoStop have none, because no later event
 * refers to the same id. An array, because it is read for every event.
 */
export const transitionOf: readonly (Transition | undefined)[] = Array.from(
  { length: 64 },
  (_, type) => transitions[type],
);

/** By event type: the type in the model, where a Local form becomes the plain one. */
export const modelType = Uint8Array.from({ length: 64 }, (_, type) => type);
modelType[ev.GoStartLocal] = ev.GoStart;
modelType[ev.GoUnblockLocal] = ev.GoUnblock;
modelType[ev.GoSysExitLocal] = ev.GoSysExit;
