// Rows: ordered events on their way out of the reader, a block at a time. The columns are written over again when the receiver
// returns: it copies what it needs.

import { type Kind, kindOf, kinds } from './event.js';
import type { WideNumbers } from './words.js';

/** Events in a block. */
const CAPACITY = 4096;
/** Most events that one record makes: a GoSwitch is three. */
const MOST_AT_ONCE = 4;

/** Events in their order; the columns are indexed by event, from 0 to `length` - 1. */
export interface Rows {
  readonly length: number;
  /** Type of the record (`wire` in event.ts), or SYNC. A record that implies others has made several events. */
  readonly type: Uint8Array;
  /** Nanoseconds since the origin of the trace. Like Go's, times increase strictly: see the merge. */
  readonly time: Float64Array;
  /** Context before the event: thread, P and goroutine, by their indices; 0 is none. */
  readonly m: Uint32Array;
  readonly p: Uint32Array;
  readonly g: Uint32Array;
  /** Index of the stack, 0 for none. */
  readonly stack: Uint32Array;
  /**
   * The arguments that event.ts names: goroutines, Ps, threads, texts and
   * stacks as indices, all others as words. STWEnd has the text of its begin in `a`; UserTaskEnd the parent in `b` and the
   * name in `c`; Sync its number in `a`.
   */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  /** For transitions: the states before and after, of `goState` or `procState`. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** Offset of the record in the file, -1 for Sync. */
  readonly offset: Float64Array;
}

/** Receives blocks of ordered events. */
export type RowSink = (rows: Rows) => void;

/** The rows while they are filled. An event is there for the receiver when it has been committed. */
export class RowBuffer implements Rows {
  length = 0;
  readonly type = new Uint8Array(CAPACITY);
  readonly time = new Float64Array(CAPACITY);
  readonly m = new Uint32Array(CAPACITY);
  readonly p = new Uint32Array(CAPACITY);
  readonly g = new Uint32Array(CAPACITY);
  readonly stack = new Uint32Array(CAPACITY);
  readonly a = new Float64Array(CAPACITY);
  readonly b = new Float64Array(CAPACITY);
  readonly c = new Float64Array(CAPACITY);
  readonly from = new Uint8Array(CAPACITY);
  readonly to = new Uint8Array(CAPACITY);
  readonly offset = new Float64Array(CAPACITY);
  /** Events that have been written and not committed. */
  pending = 0;
  /** Events that the receiver has got. */
  flushed = 0;

  /** The numbers that words of the rows stand for. */
  readonly wide: WideNumbers;

  readonly #sink: RowSink;

  constructor(sink: RowSink, wide: WideNumbers) {
    this.#sink = sink;
    this.wide = wide;
  }

  /** Number of events so far. */
  get total(): number {
    return this.flushed + this.length;
  }

  /** Makes room for the events of one record. */
  makeRoom(): void {
    if (this.length > CAPACITY - MOST_AT_ONCE) this.flush();
  }

  /** Commits the events that have been written. */
  commit(): void {
    this.length += this.pending;
    this.pending = 0;
  }

  /** Hands the committed events to the receiver. */
  flush(): void {
    this.pending = 0;
    const n = this.length;
    if (n === 0) return;
    this.#sink(this);
    this.flushed += n;
    this.length = 0;
  }
}

/** The kind of event `i`, as Go's reader shows it. */
export function kindAt(rows: Rows, i: number): Kind {
  return kinds[kindOf[rows.type[i]!]!]!;
}
