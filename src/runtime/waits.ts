// Who measures how long goroutines wait, if somebody does: the block and mutex profiles of this thread. A file of its own,
// so that a run without them loads nothing else; what it costs then is one look at this variable when a goroutine parks.

import type { WaitReason, WakeReason } from './reason.js';

export interface Waits {
  /** The running goroutine is about to wait, and nobody can have woken it yet. */
  block(reason: WaitReason, on: number): void;
  /** The running goroutine, or the scheduler, makes the waiting `gp` runnable, and nobody else has it yet. */
  unblock(gp: number, reason: WakeReason): void;
}

export let waits: Waits | undefined;

/** Sets who measures on this thread, or takes it away. */
export function setWaits(next: Waits | undefined): void {
  waits = next;
}
