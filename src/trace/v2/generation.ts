// One generation of a trace while it is read: its batches of events, by thread, and its tables. After
// internal/trace/generation.go.
//
// What a batch holds, the first byte of its payload tells, not its thread. Tables are decoded at once, and their payloads
// dropped; batches of events are kept for the merge. A table may come after the events that use it, so ids are resolved only
// when the generation is complete.

import { withRoom } from '../columns.js';
import { badBytes, TraceError } from '../error.js';
import { IdMap } from '../idmap.js';
import type { Batch } from './batches.js';
import { wire } from './event.js';
import type { FrameTable, StackTable, Texts } from './intern.js';
import type { WideNumbers, WordReader } from './words.js';

/** Longest text in bytes, and most frames of a stack: the limits of Go's reader. */
const MAX_TEXT = 1024;
const MAX_FRAMES = 128;

/** One moment on three clocks. */
export interface ClockSnapshot {
  /** On the clock of the trace, in nanoseconds. */
  readonly traceNs: number;
  /** On the system's monotonic clock, in nanoseconds; a word. */
  readonly monoNs: number;
  /** Wall clock: seconds since 1970, and nanoseconds; words. */
  readonly sec: number;
  readonly nsec: number;
}

/** What all generations of a trace share. */
export interface Shared {
  readonly version: number;
  readonly wide: WideNumbers;
  readonly words: WordReader;
  readonly texts: Texts;
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  /** Number of records, by type. */
  readonly counts: Float64Array;
}

/** A generation. */
export class Generation {
  /** Its number in the file. */
  readonly number: number;
  /** Ticks of the earliest batch. */
  minTicks = 0;
  /** Nanoseconds for each tick, 0 as long as it is not known. */
  nsPerTick = 0;
  clock: ClockSnapshot | undefined;
  /** From string ids to indices of texts. */
  readonly strings = new IdMap();
  /** From stack ids to indices of stacks, once the generation is resolved. */
  readonly stackIds = new IdMap();
  /** Ids of the threads that have batches of events, as words, in the order of their first batches. */
  readonly threads: number[] = [];
  /** First batch of each of these threads; and by batch the next one of its thread, -1 at the end. */
  readonly first: number[] = [];
  readonly next: number[] = [];
  /** By batch: where its payload is, the ticks that it counts from, the offset in the file of the block's byte 0. */
  readonly block: Uint8Array[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly ticks: number[] = [];
  readonly fileAt: number[] = [];
  /** CPU samples in the order of the file: columns of words, and their offsets. */
  readonly sampleTicks: number[] = [];
  readonly sampleM: number[] = [];
  readonly sampleP: number[] = [];
  readonly sampleG: number[] = [];
  readonly sampleStack: number[] = [];
  readonly sampleOffset: number[] = [];

  readonly #shared: Shared;
  /** By id of a thread: its place in `threads`. */
  readonly #streams = new IdMap();
  readonly #last: number[] = [];
  /** The frames, by program counter: the first definition counts. Columns of words. */
  readonly #framesByPc = new IdMap();
  #framePc = new Float64Array(64);
  #frameFunc = new Float64Array(64);
  #frameFile = new Float64Array(64);
  #frameLine = new Float64Array(64);
  /** The stacks: their ids, their first places in #uses, and numbers of frames. */
  readonly #ids: number[] = [];
  readonly #firstUse: number[] = [0];
  #uses = new Uint32Array(64);

  constructor(shared: Shared, number: number, ticks: number) {
    this.#shared = shared;
    this.number = number;
    this.minTicks = ticks;
  }

  /** Adds a batch. @returns true if its payload is still needed @throws TraceError */
  add(batch: Batch): boolean {
    const ticks = this.#shared.wide.nearest(batch.ticks);
    if (this.minTicks === 0 || ticks < this.minTicks) this.minTicks = ticks;
    const { counts, words, version } = this.#shared;
    counts[batch.isExperimental ? wire.ExperimentalBatch : wire.EventBatch]!++;
    if (batch.isExperimental) return false;
    const kind = batch.start < batch.end ? batch.block[batch.start]! : 0;
    words.open(batch.block, batch.start, batch.end, batch.payloadOffset - batch.start);
    if (kind === wire.Strings) this.#addTable(wire.String);
    else if (kind === wire.Stacks) this.#addTable(wire.Stack);
    else if (kind === wire.CPUSamples) this.#addTable(wire.CPUSample);
    else if (kind === (version < 25 ? wire.Frequency : wire.Sync)) this.#addSync(ticks);
    else if (kind === wire.EndOfGeneration) throw badBytes(batch.offset, 'an end of generation within a batch');
    else {
      this.#addEvents(batch, ticks);
      return true;
    }
    return false;
  }

  #addEvents(batch: Batch, ticks: number): void {
    const number = this.start.length;
    this.block.push(batch.block);
    this.start.push(batch.start);
    this.end.push(batch.end);
    this.ticks.push(ticks);
    this.fileAt.push(batch.payloadOffset - batch.start);
    this.next.push(-1);
    const stream = this.#streams.get(batch.m);
    if (stream >= 0) {
      this.next[this.#last[stream]!] = number;
      this.#last[stream] = number;
      return;
    }
    this.#streams.set(batch.m, this.threads.length);
    this.threads.push(batch.m);
    this.first.push(number);
    this.#last.push(number);
  }

  /** Reads a batch that has only records of this type. */
  #addTable(type: number): void {
    const { words, counts } = this.#shared;
    counts[words.byte()]!++;
    while (words.hasMore) {
      const offset = words.offset;
      const got = words.byte();
      if (got !== type) throw badBytes(offset, `expected ${expected[type]} event, got ${got}`);
      counts[type]!++;
      if (type === wire.String) this.#addString(offset);
      else if (type === wire.Stack) this.#addStack(offset);
      else this.#addSample(offset);
    }
  }

  #addString(offset: number): void {
    const { words, texts } = this.#shared;
    const id = words.word();
    const length = words.word();
    if (length < 0 || length > MAX_TEXT)
      throw badBytes(offset, `invalid string size ${length}, maximum is ${MAX_TEXT}`);
    const text = texts.indexOf(words.bytes(length));
    if (id === 0 || this.strings.get(id) >= 0) throw badBytes(offset, `multiple strings with the same ID: id=${id}`);
    this.strings.set(id, text);
  }

  #addStack(offset: number): void {
    const { words } = this.#shared;
    const id = words.word();
    const n = words.word();
    if (n < 0 || n > MAX_FRAMES) throw badBytes(offset, `invalid stack size ${n}, maximum is ${MAX_FRAMES}`);
    let use = this.#firstUse.at(-1)!;
    this.#uses = withRoom(this.#uses, use + n);
    for (let i = 0; i < n; i++) this.#uses[use++] = this.#readFrame();
    if (id === 0 || this.stackIds.get(id) >= 0) throw badBytes(offset, `multiple stacks with the same ID: id=${id}`);
    this.stackIds.set(id, this.#ids.length);
    this.#ids.push(id);
    this.#firstUse.push(use);
  }

  /** Reads a frame, and returns its number in this generation. */
  #readFrame(): number {
    const { words } = this.#shared;
    const pc = words.word();
    const func = words.word();
    const file = words.word();
    const line = words.word();
    const known = this.#framesByPc.get(pc);
    if (known >= 0) return known;
    const f = this.#framesByPc.size;
    this.#framesByPc.set(pc, f);
    this.#framePc = withRoom(this.#framePc, f);
    this.#frameFunc = withRoom(this.#frameFunc, f);
    this.#frameFile = withRoom(this.#frameFile, f);
    this.#frameLine = withRoom(this.#frameLine, f);
    this.#framePc[f] = pc;
    this.#frameFunc[f] = func;
    this.#frameFile[f] = file;
    this.#frameLine[f] = line;
    return f;
  }

  #addSample(offset: number): void {
    const { words, wide } = this.#shared;
    this.sampleTicks.push(wide.nearest(words.word()));
    this.sampleM.push(words.word());
    this.sampleP.push(words.word());
    this.sampleG.push(words.word());
    this.sampleStack.push(words.word());
    this.sampleOffset.push(offset);
  }

  /** Reads the batch that has the frequency and, from header 1.25 on, the clock snapshot. */
  #addSync(ticks: number): void {
    const { words, counts, version } = this.#shared;
    if (version >= 25) counts[words.byte()]!++;
    let last = ticks;
    while (words.hasMore) {
      const offset = words.offset;
      const type = words.byte();
      if (type === wire.Frequency) this.#addFrequency(offset);
      else if (type === wire.ClockSnapshot && version >= 25) last = this.#addClock(offset, last);
      else throw badBytes(offset, `expected frequency or clock snapshot event, got ${type}`);
      counts[type]!++;
    }
  }

  #addFrequency(offset: number): void {
    const { words, wide } = this.#shared;
    if (this.nsPerTick !== 0) throw badBytes(offset, 'found multiple frequency events');
    const hz = wide.nearest(words.word());
    if (hz === 0) throw badBytes(offset, 'a frequency of 0');
    this.nsPerTick = 1 / (hz / 1e9); // in this order, as Go rounds it
  }

  /** Reads a clock snapshot, and returns its ticks; they are converted when the frequency is known. */
  #addClock(offset: number, last: number): number {
    const { words, wide } = this.#shared;
    if (this.clock !== undefined) throw badBytes(offset, 'found multiple clock snapshot events');
    const ticks = last + wide.nearest(words.word());
    this.clock = { traceNs: ticks, monoNs: words.word(), sec: words.word(), nsec: words.word() };
    return ticks;
  }

  /** Ends the generation at `offset`: resolves the ids of its stacks. @throws TraceError if something is missing */
  resolve(offset: number): void {
    if (this.nsPerTick === 0) throw badBytes(offset, 'no frequency event found');
    if (this.clock === undefined) {
      if (this.#shared.version >= 25) throw badBytes(offset, 'no clock snapshot event found');
    } else this.clock = { ...this.clock, traceNs: Math.trunc(this.clock.traceNs * this.nsPerTick) };
    const frames = Int32Array.from({ length: this.#framesByPc.size }, (_, f) => this.#resolveFrame(f));
    const { stacks } = this.#shared;
    this.#ids.forEach((id, stack) => {
      const from = this.#firstUse[stack]!;
      const to = this.#firstUse[stack + 1]!;
      for (let use = from; use < to; use++) {
        const local = this.#uses[use]!;
        if (frames[local]! < 0) throw this.#missing(id, local, frames[local]!);
        this.#uses[use] = frames[local]!;
      }
      this.stackIds.set(id, stacks.indexOf(this.#uses, from, to));
    });
  }

  /** The index of frame `f` in the table of the trace; -1 without its function, -2 without its file. */
  #resolveFrame(f: number): number {
    const func = this.textOf(this.#frameFunc[f]!);
    if (func < 0) return -1;
    const file = this.textOf(this.#frameFile[f]!);
    if (file < 0) return -2;
    return this.#shared.frames.indexOf(this.#framePc[f]!, func, file, this.#frameLine[f]!);
  }

  #missing(stack: number, frame: number, what: number): TraceError {
    const isFunc = what === -1;
    const id = isFunc ? this.#frameFunc[frame]! : this.#frameFile[frame]!;
    const { wide } = this.#shared;
    return new TraceError(
      `trace: found invalid ${isFunc ? 'func' : 'file'} string ID ${wide.exact(id)} for stack ${wide.exact(stack)}`,
    );
  }

  /** The index of the text with this id, -1 if there is none. */
  textOf(id: number): number {
    return id === 0 ? 0 : this.strings.get(id);
  }
}

/** Go's names of the records of tables, for its messages. */
const expected: { readonly [type: number]: string } = {
  [wire.String]: 'string',
  [wire.Stack]: 'stack',
  [wire.CPUSample]: 'CPU sample',
};
