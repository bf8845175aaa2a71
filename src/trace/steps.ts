// The steps that a goroutine goes through, as the merge needs them: which event needs which state and sequence number.
// After stateTransition in internal/trace/order.go.

import { ev, waits } from './event.js';
import { state } from './gotable.js';

/** What an event needs its goroutine to be, and what it makes of it. */
export interface Step {
  /** Whose state it is: the first argument's goroutine, or the one that runs on this P. */
  readonly of: 'argument' | 'current';
  readonly needs: number;
  readonly becomes: number;
  /** Where the sequence number is that it needs; none for Local forms and for what a goroutine does itself. */
  readonly seq?: 'second argument' | 'one';
  /** True if it makes the sequence number one more. */
  readonly counts: boolean;
}

const start: Step = { of: 'argument', needs: state.runnable, becomes: state.running, counts: true };
const wake: Step = { of: 'argument', needs: state.waiting, becomes: state.runnable, counts: true };
const inSnapshot: Step = { of: 'argument', needs: state.runnable, becomes: state.waiting, seq: 'one', counts: true };
const block: Step = { of: 'current', needs: state.running, becomes: state.waiting, counts: false };
const yielded: Step = { of: 'current', needs: state.running, becomes: state.runnable, counts: false };

/** By event type; an event without a row is ready always. GoEnd and GoStop have none: ids are never used again. */
const steps: { readonly [type: number]: Step } = {
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
/** The same, for millions of look-ups. */
export const stepOf: readonly (Step | undefined)[] = Array.from({ length: 64 }, (_, type) => steps[type]);

/** What Local forms are in the model. */
export const folded = Uint8Array.from({ length: 64 }, (_, type) => type);
folded[ev.GoStartLocal] = ev.GoStart;
folded[ev.GoUnblockLocal] = ev.GoUnblock;
folded[ev.GoSysExitLocal] = ev.GoSysExit;
