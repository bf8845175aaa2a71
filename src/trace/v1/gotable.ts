// Tables of goroutines and of threads of the merge: index, state and sequence number of each goroutine, and which event type
// requires and changes them. After gStatus and stateTransition in internal/trace/order.go.
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

/** The threads, in the order in which they are seen. Index 0 is none, or the one with the number 0. */
export class ThreadTable {
  /** Numbers in the file, by index. */
  readonly numbers: number[] = [0];
  /** Without index 0, which is no thread: a thread of Go, and of our runtime, may have the number 0. */
  readonly #index = new Map<number, number>();

  /** The index of a thread, which is added if it is new. */
  indexOf(number: number): number {
    const known = this.#index.get(number);
    if (known !== undefined) return known;
    this.#index.set(number, this.numbers.length);
    return this.numbers.push(number) - 1;
  }
}

/** What an event type requires of a goroutine, and how it changes it. */
interface Transition {
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
// The same table as columns by event type, because it is read for every event. A type without a row is always ready. GoEnd and GoStop
// have none, because no later event refers to the same id.
const column = (of: (transition: Transition) => number, none = 0) =>
  Uint8Array.from({ length: 64 }, (_, type) => (transitions[type] === undefined ? none : of(transitions[type])));
/** By event type: the state that the goroutine must have, `state.any` for types that require none, and GC for GCStart. */
export const needsOf = column(({ needs }) => needs, state.any);
needsOf[ev.GCStart] = GC;
/** By event type: the state that it gets. */
export const becomesOf = column(({ becomes }) => becomes);
/** By event type: 1 if the goroutine is the one in the first argument, and 1 if it is the one that runs on the event's P. */
export const isOfArgument = column(({ of }) => (of === 'argument' ? 1 : 0));
export const isOfCurrent = column(({ of }) => (of === 'current' ? 1 : 0));
/** Which sequence number the goroutine must have: any, 1, or the second argument. */
export const SEQ = { any: 0, one: 1, second: 2 } as const;
/** By event type: one of SEQ. */
export const seqOf = column(({ seq }) => (seq === undefined ? SEQ.any : seq === 'one' ? SEQ.one : SEQ.second));
/** By event type: what is added to the sequence number. */
export const addsOf = column(({ counts }) => (counts ? 1 : 0));

/** By event type: the type in the model, where a Local form becomes the plain one. */
export const modelType = Uint8Array.from({ length: 64 }, (_, type) => type);
modelType[ev.GoStartLocal] = ev.GoStart;
modelType[ev.GoUnblockLocal] = ev.GoUnblock;
modelType[ev.GoSysExitLocal] = ev.GoSysExit;
