// The layout of a channel in shared memory (runtime.hchan): what hchan.ts and timerchan.ts agree on.

import { offsets } from '../runtime/memory/address.js';

/** Words of a channel. */
export const C = offsets<'chan', { BUF: 'slots'; RECVQ: 'sudog'; SENDQ: 'sudog' }>()({
  TYPE: 0,
  LOCK: 1,
  /** Elements in the buffer, how many fit, its address, and slots of an element. */
  COUNT: 2,
  SIZE: 3,
  BUF: 4,
  SLOTS: 5,
  /** chanState. */
  STATE: 6,
  /** Places in the buffer of the next send and the next receive. */
  SENDX: 7,
  RECVX: 8,
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
