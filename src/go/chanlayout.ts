// The layout of a channel in shared memory (runtime.hchan): what hchan.ts and timerchan.ts agree on.

import { offsets } from '../runtime/memory/address.js';
import { WAITED_WORDS } from '../runtime/sched/handle.js';

/** Words of a channel. */
export const C = offsets<'chan', { BUF: 'slots'; RECVQ: 'sudog'; SENDQ: 'sudog' }>()({
  LOCK: WAITED_WORDS,
  /** Elements in the buffer, how many fit, its address, and slots of an element. */
  COUNT: 3,
  SIZE: 4,
  BUF: 5,
  SLOTS: 6,
  /** chanState. */
  STATE: 7,
  /** Places in the buffer of the next send and the next receive. */
  SENDX: 8,
  RECVX: 9,
  /** Waiting goroutines: first, last. */
  RECVQ: 10,
  SENDQ: 12,
});
export const CHAN_WORDS = 16;

/**
 * C.STATE: open; closed; the channel of a timer, which programs can only receive from (timerchan.ts). In one word, because
 * then an operation that succeeds at once on an open channel pays nothing for timers.
 */
export const chanState = { open: 0, closed: 1, timer: 2 } as const;
