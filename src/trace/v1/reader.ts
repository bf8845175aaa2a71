// The reader of records of format v1: takes a file in pieces, decodes the tables, and finds out where the records of each P are.
// After readTrace of internal/trace/parser.go.
//
// Unlike Go, events are not decoded here: their bounds and their numbers of arguments are checked, and events are counted.
// The merge (merge.ts) decodes each event once, from the bytes straight into the columns of the model. An event takes some
// 6 bytes in the file and 31 in the columns, so events that the merge cannot take yet wait as bytes; bytes that it has taken
// are dropped.
//
// A file is a sequence of records, of which those of events are grouped in batches. The batches of one P, in the order of the
// file, are its stream; batches of different Ps may be mixed:
//
//   Batch P 0 | events of P 0 | Batch P 1 | events of P 1 | String | Stack | Batch P 0 | more events of P 0 | Frequency
//
// A piece may end anywhere. The record in which it ends is completed in a block of its own, with the next bytes; most other
// records are read where they are.

import { withRoom } from '../columns.js';
import { badBytes, type TraceError } from '../error.js';
import { ev, eventInfo } from '../event.js';
import { maxFrames, maxText, StackTable, Strings, textOf } from '../tables.js';
import { argCounts, isTimed, plainCounts } from './counts.js';
import { Stream } from './segments.js';

/** Bytes of the header, which is the same in all formats: `go 1.11 trace` and zeros. */
export const HEADER_SIZE = 16;
/** Numbers of Ps are below this: fake Ps begin after it. */
const MAX_P = 1_000_000;
/** 2^64 - 1, which stands for -1, as the nearest double. */
const MINUS_ONE = 2 ** 64;
/** Longest number in bytes: 64 bits, 7 in each. */
const MAX_UINT = 10;
/** Longest record in bytes: a stack of 1000 frames, each of four numbers of ten bytes. */
const MAX_LENGTH = 10 * (2 + 4 * maxFrames);
/**
 * Bytes of the next piece that are tried for a record that was cut: most records are shorter. And zeros behind the last records of a
 * piece, which are copied, so that numbers that are cut end there: V8's code for an array is slower once it was read beyond its end.
 */
const SPARE = 64;

/** The records of a file, as far as they have been read. */
export class Records {
  /** Minor version in the header: 11 for `go 1.11 trace`. */
  readonly version: number;
  /** Number of arguments of a record, by type, time and stack included; -1 if it varies, -2 if there is no such type. */
  readonly counts: Int8Array;
  /** Ticks per second, 0 if there was no Frequency. */
  hz = 0;
  /** The streams, in the order of their first batches. */
  readonly streams: Stream[] = [];
  readonly strings = new Strings();
  readonly stacks = new StackTable();
  /** Ids of the goroutines that run timers. */
  readonly timers = new Set<number>();
  /** Number of events without CPU samples, of CPU samples, and of GoCreates. */
  events = 0;
  samples = 0;
  creates = 0;
  /** The highest number of Ps that a Gomaxprocs says, 0 if there was none. */
  procs = 0;
  /**
   * Offset of the first record that changes events before it, -1 if there is none: a system call that returned before its P was
   * free, a wake-up in vain, a goroutine that runs timers, another frequency. Only Go writes those.
   */
  changing = -1;
  /** Offset at which the last whole record ends. */
  end = HEADER_SIZE;

  /** The same as `counts` of the types that #plain() reads, 0 of all others. */
  readonly #plainCounts: Uint8Array;
  /** By P: its stream. */
  readonly #byP = new Map<number, Stream>();
  /** The beginning of a record in which the last piece ended, and how many bytes the record has at least. */
  #cut: Uint8Array = new Uint8Array(SPARE);
  #cutLength = 0;
  #wanted = 0;
  #isEnded = false;
  /** The block that is being read, where its records end, and where it begins in the file. */
  #block: Uint8Array = new Uint8Array(0);
  #limit = 0;
  #offset = 0;
  #pos = 0;
  /** Where the arguments of the current record begin. */
  #args = 0;
  /** The stream of the current batch, and its time, or -1 once the batch has a segment. */
  #stream: Stream | undefined;
  #ticks = -1;
  /** Where the next segment begins, and how many events it has so far. */
  #start = 0;
  #inSegment = 0;

  constructor(version: number) {
    this.version = version;
    this.counts = argCounts(version);
    this.#plainCounts = plainCounts(this.counts);
  }

  /** Reads the next piece behind the header, which must not change afterwards. @throws TraceError */
  push(piece: Uint8Array): void {
    let at = 0;
    while (this.#cutLength > 0 && at < piece.length) at += this.#complete(piece.subarray(at));
    if (piece.length - at > SPARE) at += this.#read(piece.subarray(at), piece.length - at, piece.length - at - SPARE);
    const rest = piece.subarray(at);
    const length = this.#read(padded(rest), rest.length, rest.length);
    if (length < rest.length) this.#keep(rest.subarray(length));
  }

  /** Says that the file ends here. @throws TraceError */
  finish(): void {
    this.#isEnded = true;
    if (this.#cutLength > 0) this.#read(padded(this.#cut.subarray(0, this.#cutLength)), this.#cutLength, 1);
  }

  /** Adds to the record that was cut, and reads it if that makes it whole. @returns how many of the bytes belong to it */
  #complete(bytes: Uint8Array): number {
    const before = this.#cutLength;
    const added = bytes.subarray(0, Math.max(this.#wanted - before, SPARE));
    this.#keep(added);
    if (this.#cutLength < this.#wanted) return added.length;
    const length = this.#read(padded(this.#cut.subarray(0, this.#cutLength)), this.#cutLength, 1);
    if (length === 0) return added.length;
    this.#cutLength = 0;
    return length - before;
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#cutLength + bytes.length;
    this.#cut = withRoom(this.#cut, length);
    this.#cut.set(bytes, this.#cutLength);
    this.#cutLength = length;
  }

  /**
   * Reads the records of a block that follows what has been read.
   *
   * @param limit where the bytes of the file end in the block
   * @param last no record is read that begins there or later
   * @returns the length of the records that have been read, which are whole
   */
  #read(block: Uint8Array, limit: number, last: number): number {
    this.#block = block;
    this.#limit = limit;
    this.#offset = this.end;
    this.#start = 0;
    let end = 0;
    while (end < last) {
      const next = this.#plain(end);
      if (next > 0) {
        end = next;
        continue;
      }
      this.#pos = end;
      const type = block[end]! & 63;
      const isWhole = type === ev.String ? this.#string(end) : this.#record(end, type);
      if (!isWhole) break;
      end = this.#pos;
    }
    this.#endSegment(end);
    this.end += end;
    return end;
  }

  /**
   * Skips the record at `at`, if it is an event of which nothing else is to be known here, as most are, and nothing can be wrong with
   * it. Does what #record() does, faster.
   *
   * @returns where the record ends, 0 if it is another one
   */
  #plain(at: number): number {
    const first = this.#block[at]!;
    const want = this.#plainCounts[first & 63]!;
    if (want === 0 || this.#stream === undefined) return 0;
    const end = first < 0xc0 ? this.#endOfShort(at, want) : this.#endOfLong(at, want);
    if (end === 0) return 0;
    this.events++;
    this.#inSegment++;
    if ((first & 63) === ev.GoCreate) this.creates++;
    return end;
  }

  /** The end of a record without a length, 0 if it may be wrong or is not whole. */
  #endOfShort(at: number, want: number): number {
    const block = this.#block;
    let pos = at + 1;
    let count = (block[at]! >> 6) + 1;
    if (count !== want) return 0;
    for (; count > 0; count--) while (block[pos++]! >= 0x80);
    return pos > at + 1 + MAX_UINT || pos > this.#limit ? 0 : pos;
  }

  /** The same of a record with a length. Up to this length, no number is too long if there are as many as there should be. */
  #endOfLong(at: number, want: number): number {
    const block = this.#block;
    const length = block[at + 1]!;
    const end = at + 2 + length;
    if (length >= want + MAX_UINT || end > this.#limit || block[end - 1]! >= 0x80) return 0;
    let count = 0;
    for (let pos = at + 2; pos < end; pos++) if (block[pos]! < 0x80) count++;
    return count === want ? end : 0;
  }

  /** Notes that the record at `at` has so many bytes at least, and returns false: it is not whole. */
  #wants(length: number): false {
    this.#wanted = length;
    return false;
  }

  /** The same, if all that is known is that the block ends too early. */
  #wantsMore(at: number): false {
    return this.#wants(this.#limit - at + 1);
  }

  /** Checks and skips the record at `at`; false if it is not whole. */
  #record(at: number, type: number): boolean {
    const want = this.counts[type]!;
    if (want === -2) throw this.#bad(at, `unknown event type ${type}`);
    this.#pos = at + 1;
    let count = (this.#block[at]! >> 6) + 1;
    if (count < 4) {
      this.#args = this.#pos;
      for (let k = 0; k < count; k++) this.#skip();
      if (this.#pos > this.#limit) return this.#wantsMore(at);
    } else {
      const counted = this.#longArgs(at, type);
      if (counted === false) return false;
      count = counted;
    }
    if (want >= 0 && count !== want) {
      throw this.#bad(at, `${nameOf(type)} has ${count} arguments, expected ${want}`);
    }
    if (isTimed[type] === 1) this.#event(at, type);
    else this.#table(at, type, count);
    return true;
  }

  /** Checks and skips the arguments of a record with a length. @returns their number, false if they are not whole */
  #longArgs(at: number, type: number): number | false {
    const length = this.#uint();
    // Where the file ends within the length, the digits that are there are taken for it: they may be too many already.
    if (this.#pos > this.#limit && !this.#isEnded) return this.#wantsMore(at);
    if (length > MAX_LENGTH) throw this.#bad(at, `${nameOf(type)} is ${length} bytes long, more than ${MAX_LENGTH}`);
    this.#args = this.#pos;
    const end = this.#args + length;
    if (end > this.#limit) return this.#wants(end - at);
    let count = 0;
    for (; this.#pos < end; count++) this.#skip();
    if (this.#pos !== end) {
      if (this.#pos > this.#limit && !this.#isEnded) return this.#wantsMore(at); // the last number may be wrong by itself
      throw this.#bad(at, `the arguments of ${nameOf(type)} do not end at its length of ${length} bytes`);
    }
    // The length does not include the message.
    return type === ev.UserLog && !this.#message(at) ? false : count;
  }

  #event(at: number, type: number): void {
    if (this.#stream === undefined) throw this.#bad(at, `${nameOf(type)} precedes the first Batch`);
    this.#inSegment++;
    if (type === ev.CPUSample) {
      this.samples++;
      return;
    }
    this.events++;
    if (type === ev.GoCreate) this.creates++;
    else if (type === ev.Gomaxprocs) this.procs = Math.max(this.procs, this.#argument(1));
    else if (type === ev.FutileWakeup || (type === ev.GoSysExit && this.#argument(3) !== 0)) this.#change(at);
  }

  /** Argument `k` of the current event; 0 is its time. */
  #argument(k: number): number {
    const after = this.#pos;
    this.#pos = this.#args;
    for (let skipped = 0; skipped < k; skipped++) this.#skip();
    const value = this.#uint();
    this.#pos = after;
    return value;
  }

  #change(at: number): void {
    if (this.changing < 0) this.changing = this.#offset + at;
  }

  #table(at: number, type: number, count: number): void {
    const after = this.#pos;
    this.#pos = this.#args;
    if (type === ev.Batch) this.#batch(at, after);
    else if (type === ev.Frequency) this.#frequency(at);
    else if (type === ev.TimerGoroutine) {
      this.timers.add(this.#uint());
      this.#change(at);
    } else this.#stack(at, count);
    this.#pos = after;
  }

  #frequency(at: number): void {
    const hz = this.#uint();
    if (hz === 0) throw this.#bad(at, 'the Frequency is 0 ticks per second');
    if (this.hz !== 0 && hz !== this.hz) this.#change(at);
    this.hz = hz;
  }

  #batch(at: number, after: number): void {
    const raw = this.#uint();
    const pid = raw === MINUS_ONE ? -1 : raw;
    if (pid >= MAX_P) throw this.#bad(at, `a Batch of P ${pid}: expected -1 or less than ${MAX_P}`);
    this.#endSegment(at);
    let stream = this.#byP.get(pid);
    if (stream === undefined) {
      stream = new Stream(pid);
      this.#byP.set(pid, stream);
      this.streams.push(stream);
    }
    this.#stream = stream;
    this.#start = after;
    this.#ticks = this.#uint();
    stream.bound = this.#ticks;
  }

  /** Ends the segment at `end` in the block, if it has an event. What follows is of another batch, or in another block. */
  #endSegment(end: number): void {
    if (this.#inSegment === 0) return;
    const segment = { block: this.#block, offset: this.#offset, start: this.#start, end, ticks: this.#ticks };
    this.#stream!.add(segment);
    this.#inSegment = 0;
    this.#ticks = -1;
  }

  #stack(at: number, count: number): void {
    const id = count < 2 ? 0 : this.#uint();
    const frames = count < 2 ? 0 : this.#uint();
    if (frames > maxFrames) throw this.#bad(at, `a Stack of ${frames} frames, more than ${maxFrames}`);
    if (count !== 2 + 4 * frames) throw this.#bad(at, `Stack has ${count} arguments, expected ${2 + 4 * frames}`);
    if (id === 0 || frames === 0) return;
    this.stacks.begin(id);
    for (let k = 2; k < count; k++) this.stacks.word(this.#uint());
  }

  /** Reads a string: its id, its length, its bytes. False if it is not whole. */
  #string(at: number): boolean {
    this.#pos = at + 1;
    const id = this.#uint();
    const length = this.#uint();
    if (this.#pos > this.#limit) return this.#wantsMore(at);
    if (length === 0) throw this.#bad(at, `string ${id} has no bytes`);
    if (length > maxText) throw this.#bad(at, `string ${id} is ${length} bytes long, more than ${maxText}`);
    const end = this.#pos + length;
    if (end > this.#limit) return this.#wants(end - at);
    this.strings.add(id, textOf(this.#block.subarray(this.#pos, end)), this.#offset + at);
    this.#pos = end;
    return true;
  }

  /** Reads a message, which has no id: it gets its index now, so that indices do not depend on pieces. False if it is not whole. */
  #message(at: number): boolean {
    const length = this.#uint();
    if (this.#pos > this.#limit) return this.#wantsMore(at);
    if (length > maxText) throw this.#bad(at, `a message is ${length} bytes long, more than ${maxText}`);
    const end = this.#pos + length;
    if (end > this.#limit) return this.#wants(end - at);
    this.strings.indexOf(textOf(this.#block.subarray(this.#pos, end)));
    this.#pos = end;
    return true;
  }

  /** Skips a number. Beyond the end of the block numbers are one byte long, and the caller compares the position. */
  #skip(): void {
    const begin = this.#pos;
    while (this.#block[this.#pos++]! >= 0x80) {}
    if (this.#pos - begin > MAX_UINT) throw this.#bad(begin, 'a number of more than ten bytes');
  }

  #uint(): number {
    const begin = this.#pos;
    let factor = 1;
    let n = 0;
    for (;;) {
      const byte = this.#block[this.#pos++] ?? 0;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return n;
      if (this.#pos - begin >= MAX_UINT) throw this.#bad(begin, 'a number of more than ten bytes');
      factor *= 128;
    }
  }

  /** The error for a fault in the bytes at `at` in the block. */
  #bad(at: number, what: string): TraceError {
    return badBytes(this.#offset + at, what);
  }
}

/** The bytes, and zeros behind them. */
function padded(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(bytes.length + SPARE);
  block.set(bytes);
  return block;
}

function nameOf(type: number): string {
  return eventInfo[type]!.name;
}
