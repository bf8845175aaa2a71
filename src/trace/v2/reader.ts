// The reader of format v2 (Go 1.22 to 1.26): takes a file in pieces, and hands out the events of each generation in order, as
// soon as the next one begins. Nothing of the file is kept but the tables. After internal/trace/reader.go.
//
//   pieces -> BatchSplitter -> batches -> Generation (tables; batches by thread) -> Merge -> rows -> receiver
//
// How a generation ends depends on the header: from 1.26 on with a record of its own; before, with the first batch of the next
// generation or with the file, so that a file that was cut between two batches looks whole until something is missing.
//
// Like Go's reader it hands out all generations before a fault, then one more Sync event.

import { badBytes, TraceError } from '../error.js';
import { BadBatch, type Batch, BatchSplitter } from './batches.js';
import { v2Versions, wire } from './event.js';
import { type ClockSnapshot, Generation, type Shared } from './generation.js';
import { FrameTable, type Numbering, StackTable, Texts } from './intern.js';
import { Merge } from './merge.js';
import { RowBuffer, type RowSink } from './rows.js';
import { WideNumbers, WordReader } from './words.js';

/** Bytes of the header: `go 1.26 trace` and zeros. */
const HEADER_SIZE = 16;

/** A generation that has been handed out whole. */
export interface GenerationInfo {
  /** Its number in the file. */
  readonly number: number;
  /** Number of its first event, which is a Sync, and of the first event after it. */
  readonly first: number;
  readonly end: number;
  /** Offset in the file of its end. */
  readonly endsAt: number;
  /** Three clocks at one moment, from header 1.25 on. */
  readonly clock: ClockSnapshot | undefined;
}

/** Tables that rows refer to. They grow while the file is read; what they have does not change. */
export interface Tables {
  readonly texts: Texts;
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  /** Ids by index, as words: of goroutines, Ps, threads. */
  readonly goroutines: Numbering;
  readonly procs: Numbering;
  readonly threads: Numbering;
  readonly wide: WideNumbers;
  /** Absolute time of the time 0 of the rows, in nanoseconds of the trace's clock. */
  readonly origin: number;
  /** By number of a Sync event, from 1: the clock snapshot of the generation that it begins. */
  clockOf(sync: number): ClockSnapshot | undefined;
}

/** Reads a trace of format v2. */
export class GenerationReader implements Tables {
  readonly texts = new Texts();
  readonly frames = new FrameTable();
  readonly stacks = new StackTable();
  readonly wide = new WideNumbers();
  /** Number of records so far, by type. */
  readonly counts = new Float64Array(256);
  /** Minor version in the header, 0 as long as it has not been read. */
  version = 0;
  /** Bytes so far. */
  size = 0;
  /** What is wrong with the file; nothing after it is read. */
  fault: TraceError | undefined;
  /** Offset at which the last whole generation ends. */
  wholeEnd = HEADER_SIZE;
  /** The generations that have been handed out whole. */
  readonly generations: GenerationInfo[] = [];

  readonly #rows: RowBuffer;
  readonly #merge: Merge;
  readonly #splitter: BatchSplitter;
  readonly #header = new Uint8Array(HEADER_SIZE);
  #shared: Shared | undefined;
  #gen: Generation | undefined;
  readonly #clocks: (ClockSnapshot | undefined)[] = [undefined];
  #isEnded = false;

  /** @param sink receives the events: several times for each generation, which is in `generations` once it is whole */
  constructor(sink: RowSink) {
    this.#rows = new RowBuffer(sink, this.wide);
    this.#merge = new Merge(this.#rows, this.wide, this.counts);
    this.#splitter = new BatchSplitter(
      { addBatch: (batch) => this.#addBatch(batch), endGeneration: (offset) => this.#endMark(offset) },
      this.wide,
    );
  }

  get goroutines(): Numbering {
    return this.#merge.world.gs;
  }

  get procs(): Numbering {
    return this.#merge.world.ps;
  }

  get threads(): Numbering {
    return this.#merge.world.ms;
  }

  get origin(): number {
    return this.#merge.origin;
  }

  clockOf(sync: number): ClockSnapshot | undefined {
    return this.#clocks[sync];
  }

  /** Reads the next piece of the file, which the caller may then use for something else. Faults are in `fault`. */
  push(bytes: Uint8Array): void {
    const offset = this.size;
    this.size += bytes.length;
    if (this.fault !== undefined || this.#isEnded) return;
    this.#guard(() => {
      const rest = offset < HEADER_SIZE ? this.#readHeader(bytes, offset) : 0;
      if (rest < bytes.length) this.#splitter.push(bytes.subarray(rest), offset + rest);
    });
  }

  /** Says that the file ends here: hands out what is left. */
  end(): void {
    if (this.fault !== undefined || this.#isEnded) return;
    this.#isEnded = true;
    this.#guard(() => {
      if (this.#shared === undefined) throw new TraceError('trace: the file ends within its header', 0);
      if (!this.#splitter.isBetween) throw this.#splitter.cutAt(this.size);
      if (this.version >= 26 && (this.#gen?.threads.length ?? 0) > 0) {
        throw badBytes(this.size, 'incomplete generation found; trace likely truncated');
      }
      if (this.version < 26) this.#finish(this.size);
      this.#merge.lastSync();
    });
    this.#rows.flush();
  }

  /** Runs `read`; a fault in the file ends the reading. */
  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof TraceError)) throw error;
      this.#fail(error);
    }
  }

  #fail(error: TraceError): void {
    this.fault = error;
    if (error instanceof FatalFault || this.#shared === undefined) {
      this.#rows.flush();
      return;
    }
    // Before header 1.26 a broken batch may be the first one of the next generation: Go reads the one before as if it were whole.
    const gen = this.#gen;
    this.#gen = undefined;
    if (error instanceof BadBatch && this.version < 26 && gen !== undefined) {
      this.#gen = gen;
      this.#guard(() => this.#finish(this.size));
      if (this.fault !== error) return;
    }
    this.#merge.lastSync();
    this.#rows.flush();
  }

  /** Takes bytes of the header, and returns how many. */
  #readHeader(bytes: Uint8Array, offset: number): number {
    const part = bytes.subarray(0, HEADER_SIZE - offset);
    this.#header.set(part, offset);
    if (offset + part.length < HEADER_SIZE) return part.length;
    const match = /^go 1\.(\d{1,3}) trace\0\0\0$/.exec(String.fromCharCode(...this.#header));
    if (match === null) throw new TraceError('trace: bad file format: not a Go execution trace?', 0);
    const version = Number(match[1]);
    if (!v2Versions.includes(version)) {
      const why =
        version > v2Versions.at(-1)!
          ? 'it is newer than Go 1.26'
          : 'expected Go 1.22 to 1.26, whose headers say 1.22, 1.23, 1.25 or 1.26';
      throw new TraceError(`trace: unknown or unsupported trace version go 1.${version}: ${why}`, 0);
    }
    this.version = version;
    const { wide, texts, frames, stacks, counts } = this;
    this.#shared = { version, wide, words: new WordReader(wide), texts, frames, stacks, counts };
    return part.length;
  }

  #addBatch(batch: Batch): boolean {
    const isEndMark =
      !batch.isExperimental && batch.start < batch.end && batch.block[batch.start] === wire.EndOfGeneration;
    if (isEndMark && this.version >= 26) {
      this.#endMark(batch.offset);
      return false;
    }
    if (batch.gen === 0) throw badBytes(batch.offset, 'invalid generation number 0');
    if (this.#gen !== undefined && batch.gen !== this.#gen.number) this.#beginNext(batch);
    this.#gen ??= new Generation(this.#shared!, batch.gen, this.wide.nearest(batch.ticks));
    return this.#gen.add(batch);
  }

  /** Ends the generation, because a batch of another one has been read. */
  #beginNext(batch: Batch): void {
    if (this.version >= 26) {
      const what = 'broken trace: missing end-of-generation event, or generations are interleaved';
      throw badBytes(batch.offset, what);
    }
    if (batch.gen !== this.#gen!.number + 1) throw badBytes(batch.offset, 'generations out of order');
    this.#finish(batch.offset);
  }

  #endMark(offset: number): void {
    this.counts[wire.EndOfGeneration]!++;
    if (this.version < 26) throw badBytes(offset, 'invalid generation number 0');
    this.#finish(offset + 1);
  }

  /** Hands out the current generation, which ends at `offset`. */
  #finish(offset: number): void {
    const gen = this.#gen ?? new Generation(this.#shared!, 0, 0);
    this.#gen = undefined;
    gen.resolve(offset);
    const first = this.#rows.total;
    this.#clocks.push(gen.clock);
    try {
      this.#merge.run(gen);
    } catch (error) {
      throw error instanceof TraceError ? new FatalFault(error) : error;
    }
    this.#rows.flush();
    this.generations.push({ number: gen.number, first, end: this.#rows.total, endsAt: offset, clock: gen.clock });
    this.wholeEnd = offset;
  }
}

/** A fault that the merge has found: it ends the events at once, without one more Sync event. */
class FatalFault extends TraceError {
  constructor(error: TraceError) {
    super(error.message, error.offset, { cause: error });
  }
}
