// The first pass over a trace file: the header, where the records of each P are, and the tables. After readTrace of
// internal/trace/parser.go.
//
// Unlike Go, events are not decoded here: only their bounds and their number of arguments are checked, and how many
// there are is counted. The merge (order.ts) decodes each event once, at its turn, from the bytes straight into the
// columns of the model, so a trace is never in memory twice.

import { badBytes, TraceError } from './error.js';
import { ev, eventInfo } from './event.js';
import { maxFrames, maxText, StackTable, Strings, textOf } from './tables.js';

const HEADER = 16;
const versions = [7, 8, 9, 10, 11, 19, 21];
const MAX_P = 1_000_000; // fake Ps begin here
const MINUS_ONE = 2 ** 64; // what 2^64 - 1 becomes as a number
/** No record is longer: a stack of 1000 frames, each of four numbers of ten bytes. */
const MAX_LENGTH = 10 * (2 + 4 * maxFrames);

/** What the first pass finds. */
export interface Records {
  readonly version: number;
  readonly bytes: Uint8Array;
  /** How many arguments a record has, by type, time and stack included. */
  readonly counts: Int8Array;
  /** Ticks a second, 0 if the file does not tell. */
  readonly hz: number;
  /** The P of each stream, in the order of their first batches; -1 is a P as well. */
  readonly pids: readonly number[];
  readonly batches: Batches;
  readonly strings: Strings;
  readonly stacks: StackTable;
  /** Goroutines that run timers, by id. */
  readonly timers: ReadonlySet<number>;
  /** How many events the streams have, without CPU samples. */
  readonly events: number;
  readonly samples: number;
  /** How many GoCreates there are, and the highest id that one of them makes. */
  readonly creates: number;
  readonly maxGoid: number;
  /** Where the last whole record ends. */
  readonly end: number;
}

/** Batches by number: where the records of each are, and which is the next of its P. */
export interface Batches {
  /** First batch of each stream. */
  readonly first: readonly number[];
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** The next batch of the same stream, -1 at its end. */
  readonly next: readonly number[];
  readonly ticks: readonly number[];
}

/** How many arguments a record has, by type; -1 if it varies, -2 if there is no such type. */
function argCounts(version: number): Int8Array {
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

/** Reads the header. @throws TraceError that names what the file is */
export function readHeader(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new TraceError('trace: the file is empty', 0);
  const head = String.fromCharCode(...bytes.subarray(0, HEADER));
  const match = /^go 1\.(\d{1,3}) trace\0+$/.exec(head);
  if (match === null || head.length < HEADER) {
    const isBegun = bytes.length < HEADER && /^g(o( (1(\.(\d{1,3}( (t(r(a(c(e\0*)?)?)?)?)?)?)?)?)?)?)?$/.test(head);
    const found = isBegun ? 'it ends within its header' : 'expected "go 1.11 trace" or the like at its beginning';
    throw new TraceError(`trace: not a Go execution trace: ${found}`, 0);
  }
  const minor = Number(match[1]);
  if (versions.includes(minor)) return minor;
  const is = `this is a "go 1.${minor} trace"`;
  const why =
    minor >= 22
      ? `v2 trace (go 1.${minor}); only the v1 format of Go 1.7 to 1.21 can be read`
      : minor < 7
        ? `${is}, whose stacks need the binary; traces of Go 1.7 to 1.21 can be read`
        : `${is}, which no Go wrote; expected 1.7, 1.8, 1.9, 1.10, 1.11, 1.19 or 1.21`;
  throw new TraceError(`trace: ${why}`, 0);
}

/** Reads what a file holds. @throws TraceError */
export function readRecords(bytes: Uint8Array): Records {
  return new Reader(bytes).read();
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #version: number;
  readonly #counts: Int8Array;
  #pos = HEADER;
  #hz = 0;
  readonly #pids: number[] = [];
  readonly #streams = new Map<number, number>();
  readonly #last: number[] = []; // the last batch of each stream
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

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#version = readHeader(bytes);
    this.#counts = argCounts(this.#version);
  }

  read(): Records {
    const size = this.#bytes.length;
    let end = HEADER;
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

  /** Goes over the record at `at`; false if the file ends within it. */
  #record(at: number, type: number): boolean {
    const bytes = this.#bytes;
    const size = bytes.length;
    const want = this.#counts[type]!;
    if (want === -2) throw badBytes(at, `unknown event type ${type}`);
    this.#pos = at + 1;
    let count = (bytes[at]! >> 6) + 1;
    let args = this.#pos;
    if (count < 4) {
      for (let k = 0; k < count; k++) this.#skip();
      if (this.#pos > size) return false;
    } else {
      const length = this.#uint();
      if (length > MAX_LENGTH) throw badBytes(at, `${nameOf(type)} is ${length} bytes long, more than ${MAX_LENGTH}`);
      args = this.#pos;
      const end = args + length;
      if (end > size) return false;
      for (count = 0; this.#pos < end; count++) this.#skip();
      if (this.#pos !== end) throw badBytes(at, `${nameOf(type)} has another length than it says (${length})`);
      // The message has no part in the length.
      if (type === ev.UserLog && !this.#message(at)) return false;
    }
    if (want >= 0 && count !== want) {
      throw badBytes(at, `${nameOf(type)} has ${count} arguments, expected ${want}`);
    }
    if (eventInfo[type]!.timed) this.#event(at, type, args);
    else this.#table(at, type, args, count);
    return true;
  }

  #event(at: number, type: number, args: number): void {
    if (this.#pids.length === 0) throw badBytes(at, `${nameOf(type)} stands before the first Batch`);
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
      if (this.#hz === 0) throw badBytes(at, 'the Frequency is 0 ticks a second');
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

  /** A string: its id, its length, its bytes. */
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

  #message(at: number): boolean {
    const length = this.#uint();
    if (this.#pos > this.#bytes.length) return false;
    if (length > maxText) throw badBytes(at, `a message is ${length} bytes long, more than ${maxText}`);
    this.#pos += length;
    return this.#pos <= this.#bytes.length;
  }

  /** Skips a number. Past the end of the file all bytes are 0, and the position tells. */
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
