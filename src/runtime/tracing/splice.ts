// Puts pauses into a chunk of a P's records that was written before anybody knew of them. Records are not moved; the one
// after a pause only gets the time since the pause instead of the time since the record before.

import { ev, eventInfo } from '../../trace/event.js';
import type { Pause } from './collections.js';

/** What takes the running goroutine off its P. */
const LEAVES = new Set<number>([
  ev.GoEnd,
  ev.GoStop,
  ev.GoSched,
  ev.GoPreempt,
  ev.GoSleep,
  ev.GoBlock,
  ev.GoBlockSend,
  ev.GoBlockRecv,
  ev.GoBlockSelect,
  ev.GoBlockSync,
  ev.GoBlockCond,
  ev.GoBlockNet,
  ev.GoSysBlock,
]);

/** Bytes that two more records take, and a time that has become longer. */
const PAUSE_BYTES = 48;

/**
 * The chunk with these pauses, which are in the order of time: each as a mark assist of the goroutine that it
 * interrupted. A pause before the chunk's first start, or while no goroutine ran, is left out.
 */
export function withPauses(chunk: Uint8Array, pauses: readonly Pause[]): Uint8Array {
  if (pauses.length === 0) return chunk;
  const records = new Bytes(chunk, 0);
  const out = new Bytes(new Uint8Array(chunk.length + pauses.length * PAUSE_BYTES), 0);
  let next = 0;
  let time = 0;
  let running = false;
  while (records.pos < chunk.length) {
    const start = records.pos;
    const head = chunk[records.pos++]!;
    const type = head & 63;
    if (type === ev.String) {
      records.uint();
      records.skip();
      out.copy(chunk, start, records.pos);
      continue;
    }
    const count = (head >> 6) + 1;
    const length = count === 4 ? records.uint() : -1;
    const end = records.pos + length;
    const first = records.uint();
    const timeEnd = records.pos;
    if (type === ev.Batch) time = records.uint();
    else if (length < 0) for (let k = 1; k < count; k++) records.uint();
    if (length >= 0) records.pos = end;
    if (type === ev.UserLog) records.skip();
    if (!eventInfo[type]!.timed) {
      out.copy(chunk, start, records.pos);
      continue;
    }
    const before = time;
    const at = time + first;
    for (; next < pauses.length && pauses[next]![0] < at; next++) {
      const from = Math.max(time, pauses[next]![0]);
      const to = Math.min(at, pauses[next]![1]);
      if (!running || to <= from) continue;
      out.record(ev.MarkAssistStart, from - time, 0);
      out.record(ev.MarkAssistDone, to - from);
      time = to;
    }
    if (time === before) out.copy(chunk, start, records.pos);
    else {
      out.put(head);
      if (length >= 0) out.putUint(end - timeEnd + sizeOf(at - time));
      out.putUint(at - time);
      out.copy(chunk, timeEnd, records.pos);
    }
    time = at;
    if (type === ev.GoStart || type === ev.GoStartLocal) running = true;
    else if (LEAVES.has(type)) running = false;
  }
  return out.bytes.subarray(0, out.pos);
}

/** Bytes that are read or written from one end to the other. */
class Bytes {
  readonly bytes: Uint8Array;
  pos: number;

  constructor(bytes: Uint8Array, pos: number) {
    this.bytes = bytes;
    this.pos = pos;
  }

  /** Reads a number. One that is too large (-1) comes out wrong, and nobody looks at it. */
  uint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.pos++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  putUint(value: number): void {
    let v = value;
    for (; v >= 128; v = Math.floor(v / 128)) this.put((v % 128) | 128);
    this.put(v);
  }

  /** Reads a length, and passes over as many bytes. */
  skip(): void {
    const length = this.uint();
    this.pos += length;
  }

  put(byte: number): void {
    this.bytes[this.pos++] = byte;
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.bytes.set(from.subarray(start, end), this.pos);
    this.pos += end - start;
  }

  record(type: number, ...args: number[]): void {
    this.put(type | ((args.length - 1) << 6));
    for (const arg of args) this.putUint(arg);
  }
}

function sizeOf(value: number): number {
  let size = 1;
  for (let v = value; v >= 128; v = Math.floor(v / 128)) size++;
  return size;
}
