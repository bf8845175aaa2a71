// A reader of one P's stream: its events one after the other, across its batches. The bounds of all records were checked
// by the first pass (reader.ts).

import { badBytes } from './error.js';
import { ev, eventInfo } from './event.js';
import type { Batches, Records } from './reader.js';

const hasStack = Uint8Array.from({ length: 64 }, (_, type) => (eventInfo[type]?.stack ? 1 : 0));
const isTimed = Uint8Array.from({ length: 64 }, (_, type) => (eventInfo[type]?.timed ? 1 : 0));

/** Times are whole numbers of ticks, which must stay exact. */
const MAX_TICKS = Number.MAX_SAFE_INTEGER;

/** The event where a P's stream stands, of those that are samples or of those that are not. */
export class Cursor {
  readonly pid: number;
  /** The current event: its type, time in ticks, arguments as they are in the file, stack id, offset. */
  type = 0;
  ticks = 0.1; // a double from the start, so that its field is one
  a = 0.1;
  b = 0.1;
  c = 0.1;
  stack = 0.1;
  offset = 0;
  /** For order.ts: index of the goroutine that runs, after the events so far. */
  running = 0;
  /** For order.ts: what the event waits for. */
  goid = 0.1;
  needs = 0;
  seq = 0.1;

  readonly #bytes: Uint8Array;
  readonly #counts: Int8Array;
  readonly #batches: Batches;
  #batch: number;
  #pos = 0;
  #end = 0;
  /** True to see CPU samples only, false to see all but them. */
  readonly #samples: boolean;

  constructor(records: Records, stream: number, options: { samples: boolean }) {
    this.pid = records.pids[stream]!;
    this.#bytes = records.bytes;
    this.#counts = records.counts;
    this.#batches = records.batches;
    this.#batch = records.batches.first[stream]!;
    this.#samples = options.samples;
    this.#open();
  }

  #open(): void {
    const batch = this.#batch;
    this.#pos = this.#batches.start[batch]!;
    this.#end = this.#batches.end[batch]!;
    this.ticks = this.#batches.ticks[batch]!;
  }

  /** Goes to the next event; false at the end of the stream. */
  next(): boolean {
    const bytes = this.#bytes;
    for (;;) {
      if (this.#pos >= this.#end) {
        this.#batch = this.#batches.next[this.#batch]!;
        if (this.#batch < 0) {
          this.#batch = 0;
          this.#end = 0;
          return false;
        }
        this.#open();
        continue;
      }
      const at = this.#pos;
      const first = bytes[at]!;
      const type = first & 63;
      if (isTimed[type] === 0) {
        this.#pass(first, type);
        continue;
      }
      this.#pos = at + 1;
      if (first >> 6 === 3) this.#uint(); // the length
      this.ticks += this.#uint();
      if (this.ticks > MAX_TICKS) throw badBytes(at, `${eventInfo[type]!.name} is later than 2^53 ticks`);
      const n = this.#counts[type]! - 1 - hasStack[type]!;
      this.a = n > 0 ? this.#uint() : 0;
      this.b = n > 1 ? this.#uint() : 0;
      this.c = n > 2 ? this.#uint() : 0;
      this.stack = hasStack[type] === 1 ? this.#uint() : 0;
      if (type === ev.UserLog) this.#message();
      if ((type === ev.CPUSample) !== this.#samples) continue;
      this.type = type;
      this.offset = at;
      return true;
    }
  }

  /** Passes a record of a table. */
  #pass(first: number, type: number): void {
    this.#pos++;
    if (type === ev.String) {
      this.#uint();
      const length = this.#uint();
      this.#pos += length;
    } else if (first >> 6 === 3) {
      const length = this.#uint();
      this.#pos += length;
    } else {
      for (let count = first >> 6; count >= 0; count--) this.#uint();
    }
  }

  #message(): void {
    const length = this.#uint();
    this.#pos += length;
  }

  #uint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#pos++]!;
    if (byte < 0x80) return byte;
    let n = byte & 0x7f;
    let factor = 128;
    do {
      byte = bytes[this.#pos++]!;
      n += (byte & 0x7f) * factor;
      factor *= 128;
    } while (byte >= 0x80);
    return n;
  }
}

/** The message of the UserLog whose record is at `offset`: where it begins and ends. */
export function messageBounds(bytes: Uint8Array, offset: number): { start: number; end: number } {
  let pos = offset + 1;
  const uint = (): number => {
    let n = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[pos++]!;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return n;
    }
  };
  const args = uint();
  pos += args;
  const length = uint();
  return { start: pos, end: pos + length };
}
