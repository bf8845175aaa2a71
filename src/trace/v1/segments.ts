// Streams of format v1 before the merge: where the records of each P are in the bytes that have been read.
//
// A stream is a sequence of segments, which are batches or, if a piece of the file ends within one, parts of batches.

/** Records of one batch, in one block of bytes. */
export interface Segment {
  readonly block: Uint8Array;
  /** Where in the file the block begins. */
  readonly offset: number;
  /** The records are `block[start]` to `block[end - 1]`. */
  readonly start: number;
  readonly end: number;
  /** Time of the batch, to which its first event adds; -1 if the segment before is of the same batch. */
  readonly ticks: number;
}

/** The events of one P that have been read and not been merged yet. */
export class Stream {
  /** Number of the P, -1 for events on no P. */
  readonly pid: number;
  /** The time before which no event can come any more, if the stream has no segment: a batch has begun that has no event yet. */
  bound = 0;
  readonly #segments: (Segment | undefined)[] = [];
  #taken = 0;

  constructor(pid: number) {
    this.pid = pid;
  }

  add(segment: Segment): void {
    this.#segments.push(segment);
  }

  /** Takes the next segment; undefined if there is none yet. */
  take(): Segment | undefined {
    const segment = this.#segments[this.#taken];
    if (segment === undefined) return undefined;
    this.#segments[this.#taken++] = undefined;
    if (2 * this.#taken > this.#segments.length) {
      this.#segments.splice(0, this.#taken);
      this.#taken = 0;
    }
    return segment;
  }
}
