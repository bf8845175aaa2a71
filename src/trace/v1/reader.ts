// The first pass over a file of format v1: where the records of each P are, and the tables. After readTrace of
// internal/trace/parser.go.
//
// Unlike Go, events are not decoded here: their bounds and their numbers of arguments are checked, and events are counted.
// The merge (streams.ts) decodes each event once, from the bytes straight into the columns of the model, so a trace is never
// in memory twice.
//
// A file is a sequence of records, of which those of events are grouped in batches. The batches of one P, in the order of the
// file, are its stream; batches of different Ps may be mixed:
//
//   Batch P 0 | events of P 0 | Batch P 1 | events of P 1 | String | Stack | Batch P 0 | more events of P 0 | Frequency

import { badBytes } from '../error.js';
import { ev, eventInfo } from '../event.js';
import { maxFrames, maxText, StackTable, Strings, textOf } from '../tables.js';

/** Bytes of the header, which is the same in all formats: `go 1.11 trace` and zeros. */
export const HEADER_SIZE = 16;
/** Numbers of Ps are below this: fake Ps begin after it. */
const MAX_P = 1_000_000;
/** 2^64 - 1, which stands for -1, as the nearest double. */
const MINUS_ONE = 2 ** 64;
/** Longest record in bytes: a stack of 1000 frames, each of four numbers of ten bytes. */
const MAX_LENGTH = 10 * (2 + 4 * maxFrames);

/** The result of the first pass. */
export interface Records {
  /** Minor version in the header: 11 for `go 1.11 trace`. */
  readonly version: number;
  /** The file. */
  readonly bytes: Uint8Array;
  /** Number of arguments of a record, by type, time and stack included; -1 if it varies, -2 if there is no such type. */
  readonly counts: Int8Array;
  /** Ticks per second, 0 if the file has no Frequency. */
  readonly hz: number;
  /** Number of the P of each stream, in the order of their first batches; -1 for events on no P. */
  readonly pids: readonly number[];
  readonly batches: Batches;
  readonly strings: Strings;
  readonly stacks: StackTable;
  /** Ids of the goroutines that run timers. */
  readonly timers: ReadonlySet<number>;
  /** Number of events in all streams without CPU samples, and number of CPU samples. */
  readonly events: number;
  readonly samples: number;
  /** Number of GoCreates, and the highest id of a goroutine that one of them creates. */
  readonly creates: number;
  readonly maxGoid: number;
  /** Byte offset at which the last whole record ends. */
  readonly end: number;
}

/** The batches, numbered in the order of the file: the columns `start` to `ticks` are indexed by batch. */
export interface Batches {
  /** Number of the first batch, by stream. */
  readonly first: readonly number[];
  /** Byte offsets, from and to, of its records. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** Number of the next batch of the same stream, -1 at its end. */
  readonly next: readonly number[];
  /** Time of the batch, to which its first event adds. */
  readonly ticks: readonly number[];
}

/** Makes `counts` of Records for files whose header has this minor version. */
export function argCounts(version: number): Int8Array {
  const counts = new Int8Array(64).fill(-2);
  eventInfo.forEach((info, type) => {
    if (info !== undefined && info.min <= version) {
      counts[type] = info.args.length + (info.timed ? 1 : 0) + (info.stack ? 1 : 0);
    }
  });
  counts[ev.Stack] = -1;
  if (version < 10) counts[ev.STWStart] = 1;
  if (version < 9) counts[ev.SweepDone] = 1;
  return counts;
}

/** Reads a file, whose header has this minor version. @throws TraceError */
export function readRecords(bytes: Uint8Array, version: number): Records {
  return new Reader(bytes, version).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #version: number;
  readonly #counts: Int8Array;
  #pos = HEADER_SIZE;
  /** Where the arguments of the current record begin. */
  #args = 0;
  #hz = 0;
  readonly #pids: number[] = [];
  /** By P: its stream. */
  readonly #streams = new Map<number, number>();
  /** By stream: its last batch so far. */
  readonly #last: number[] = [];
  readonly #batches = {
    first: [] as number[],
    start: [] as number[],
    end: [] as number[],
    next: [] as number[],
    ticks: [] as number[],
  };
  readonly #strings = new Strings();
  readonly #stacks = new StackTable();
  readonly #timers = new Set<number>();
  #events = 0;
  #samples = 0;
  #creates = 0;
  #maxGoid = 0;

  constructor(bytes: Uint8Array, version: number) {
    this.#bytes = bytes;
    this.#version = version;
    this.#counts = argCounts(version);
  }

  read(): Records {
    const size = this.#bytes.length;
    let end = HEADER_SIZE;
    while (end < size) {
      this.#pos = end;
      const type = this.#bytes[end]! & 63;
      const isWhole = type === ev.String ? this.#string(end) : this.#record(end, type);
      if (!isWhole) break;
      end = this.#pos;
    }
    this.#endBatch(end);
    return {
      version: this.#version,
      bytes: this.#bytes,
      counts: this.#counts,
      hz: this.#hz,
      pids: this.#pids,
      batches: this.#batches,
      strings: this.#strings,
      stacks: this.#stacks,
      timers: this.#timers,
      events: this.#events,
      samples: this.#samples,
      creates: this.#creates,
      maxGoid: this.#maxGoid,
      end,
    };
  }

  /** Checks and skips the record at `at`; false if the file ends within it. */
  #record(at: number, type: number): boolean {
    const want = this.#counts[type]!;
    if (want === -2) throw badBytes(at, `unknown event type ${type}`);
    this.#pos = at + 1;
    let count = (this.#bytes[at]! >> 6) + 1;
    if (count < 4) {
      this.#args = this.#pos;
      for (let k = 0; k < count; k++) this.#skip();
      if (this.#pos > this.#bytes.length) return false;
    } else {
      count = this.#longArgs(at, type);
      if (count < 0) return false;
    }
    if (want >= 0 && count !== want) {
      throw badBytes(at, `${nameOf(type)} has ${count} arguments, expected ${want}`);
    }
    if (eventInfo[type]!.timed) this.#event(at, type, this.#args);
    else this.#table(at, type, this.#args, count);
    return true;
  }

  /** Checks and skips the arguments of a record with a length. @returns their number, -1 if the file ends within them */
  #longArgs(at: number, type: number): number {
    const length = this.#uint();
    if (length > MAX_LENGTH) throw badBytes(at, `${nameOf(type)} is ${length} bytes long, more than ${MAX_LENGTH}`);
    this.#args = this.#pos;
    const end = this.#args + length;
    if (end > this.#bytes.length) return -1;
    let count = 0;
    for (; this.#pos < end; count++) this.#skip();
    if (this.#pos !== end)
      throw badBytes(at, `the arguments of ${nameOf(type)} do not end at its length of ${length} bytes`);
    // The length does not include the message.
    return type === ev.UserLog && !this.#message(at) ? -1 : count;
  }

  #event(at: number, type: number, args: number): void {
    if (this.#pids.length === 0) throw badBytes(at, `${nameOf(type)} precedes the first Batch`);
    if (type === ev.CPUSample) {
      this.#samples++;
      return;
    }
    this.#events++;
    if (type === ev.GoCreate) {
      const after = this.#pos;
      this.#pos = args;
      this.#skip();
      const id = this.#uint();
      this.#creates++;
      if (id > this.#maxGoid) this.#maxGoid = id;
      this.#pos = after;
    }
  }

  #table(at: number, type: number, args: number, count: number): void {
    const after = this.#pos;
    this.#pos = args;
    if (type === ev.Batch) this.#batch(at, after);
    else if (type === ev.Frequency) {
      this.#hz = this.#uint();
      if (this.#hz === 0) throw badBytes(at, 'the Frequency is 0 ticks per second');
    } else if (type === ev.TimerGoroutine) this.#timers.add(this.#uint());
    else this.#stack(at, count);
    this.#pos = after;
  }

  #batch(at: number, after: number): void {
    const raw = this.#uint();
    const pid = raw === MINUS_ONE ? -1 : raw;
    if (pid >= MAX_P) throw badBytes(at, `a Batch of P ${pid}: expected -1 or less than ${MAX_P}`);
    this.#endBatch(at);
    const { first, start, next, ticks } = this.#batches;
    const batch = start.length;
    start.push(after);
    next.push(-1);
    ticks.push(this.#uint());
    const stream = this.#streams.get(pid);
    if (stream === undefined) {
      this.#streams.set(pid, this.#pids.length);
      this.#pids.push(pid);
      first.push(batch);
      this.#last.push(batch);
    } else {
      next[this.#last[stream]!] = batch;
      this.#last[stream] = batch;
    }
  }

  #endBatch(at: number): void {
    if (this.#batches.end.length < this.#batches.start.length) this.#batches.end.push(at);
  }

  #stack(at: number, count: number): void {
    const id = count < 2 ? 0 : this.#uint();
    const frames = count < 2 ? 0 : this.#uint();
    if (frames > maxFrames) throw badBytes(at, `a Stack of ${frames} frames, more than ${maxFrames}`);
    if (count !== 2 + 4 * frames) throw badBytes(at, `Stack has ${count} arguments, expected ${2 + 4 * frames}`);
    if (id === 0 || frames === 0) return;
    this.#stacks.begin(id);
    for (let k = 2; k < count; k++) this.#stacks.word(this.#uint());
  }

  /** Reads a string: its id, its length, its bytes. False if the file ends within it. */
  #string(at: number): boolean {
    this.#pos = at + 1;
    const id = this.#uint();
    const length = this.#uint();
    if (this.#pos > this.#bytes.length) return false;
    if (length === 0) throw badBytes(at, `string ${id} has no bytes`);
    if (length > maxText) throw badBytes(at, `string ${id} is ${length} bytes long, more than ${maxText}`);
    const end = this.#pos + length;
    if (end > this.#bytes.length) return false;
    this.#strings.add(id, textOf(this.#bytes.subarray(this.#pos, end)), at);
    this.#pos = end;
    return true;
  }

  /** Skips a message; false if the file ends within it. */
  #message(at: number): boolean {
    const length = this.#uint();
    if (this.#pos > this.#bytes.length) return false;
    if (length > maxText) throw badBytes(at, `a message is ${length} bytes long, more than ${maxText}`);
    this.#pos += length;
    return this.#pos <= this.#bytes.length;
  }

  /** Skips a number. Beyond the end of the file numbers are one byte long, and the caller compares the position. */
  #skip(): void {
    const begin = this.#pos;
    while (this.#bytes[this.#pos++]! >= 0x80) {}
    if (this.#pos - begin > 10) throw badBytes(begin, 'a number of more than ten bytes');
  }

  #uint(): number {
    const begin = this.#pos;
    let factor = 1;
    let n = 0;
    for (;;) {
      const byte = this.#bytes[this.#pos++] ?? 0;
      n += (byte & 0x7f) * factor;
      if (byte < 0x80) return n;
      if (this.#pos - begin >= 10) throw badBytes(begin, 'a number of more than ten bytes');
      factor *= 128;
    }
  }
}

function nameOf(type: number): string {
  return eventInfo[type]!.name;
}
