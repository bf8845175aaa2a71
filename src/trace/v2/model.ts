// Format v2 read into the model: the reader's rows converted as they come, and what is known of them so far as a trace.

import type { TraceError } from '../error.js';
import type { Generation, Trace } from '../model.js';
import { Converter } from './convert.js';
import { wire, wireInfo } from './event.js';
import { GenerationReader } from './reader.js';
import type { Rows } from './rows.js';

/** Nanoseconds of a second. */
const NS_PER_S = 1_000_000_000n;

/** Reads a trace of format v2 in pieces. */
export class ModelReader {
  readonly #reader = new GenerationReader((rows) => this.#add(rows));
  #converter: Converter | undefined;
  /** Events and CPU samples of whole generations, and the time at which the last of them ends. */
  #whole = 0;
  #wholeSamples = 0;
  #wholeNs = 0;
  /** Offset in the file at which the last of them ends. */
  #wholeEnd = 0;
  /** Time of the last row. Like Go's tools, a trace ends with its last Sync, which is later than the last event. */
  #lastNs = 0;
  readonly #generations: Generation[] = [];

  /** Reads the next piece of the file. Faults are in `fault`. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#endGenerations();
    if (this.fault !== undefined) this.#dropRest();
  }

  /** Says that the file ends here. */
  end(): void {
    this.#reader.end();
    this.#endGenerations();
    this.#dropRest();
    this.#wholeNs = this.#lastNs;
  }

  /** Drops what a generation has brought in which there is a fault. */
  #dropRest(): void {
    const converter = this.#converter;
    if (converter === undefined) return;
    if (converter.events.length === this.#whole && converter.samples.length === this.#wholeSamples) return;
    converter.truncate(this.#whole, this.#wholeSamples);
    this.#lastNs = this.#wholeNs;
  }

  /** What is wrong with the file. */
  get fault(): TraceError | undefined {
    return this.#converter?.fault ?? this.#reader.fault;
  }

  /** The events of the generations that are whole so far; undefined before the first. Later traces have the same events and more. */
  trace(): Trace | undefined {
    const reader = this.#reader;
    const converter = this.#converter;
    const length = this.#whole;
    if (converter === undefined || length === 0) return undefined;
    const { events, goroutines, samples, procs } = converter;
    const threads = Array.from(reader.threads.id.subarray(0, reader.threads.length), (word) =>
      reader.wide.nearest(word),
    );
    threads[0] = 0;
    return {
      version: reader.version,
      events: events.view(length),
      goroutines: goroutines.view(),
      stacks: reader.stacks.build(),
      frames: reader.frames.build(),
      samples: samples.view(),
      threads,
      strings: reader.texts.texts,
      generations: this.#generations.slice(),
      experimental: { batches: reader.counts[wire.ExperimentalBatch]!, events: experimentalEvents(reader.counts) },
      procs,
      durationNs: this.#wholeNs,
      cut: this.fault === undefined ? undefined : { offset: this.#wholeEnd, size: reader.size },
      offsets: undefined,
    };
  }

  #add(rows: Rows): void {
    this.#endGenerations();
    this.#converter ??= new Converter(this.#reader, this.#reader.version);
    this.#converter.add(rows);
    this.#lastNs = rows.time[rows.length - 1]!;
  }

  /** Takes note of the generations that are whole by now, whose rows have all been converted. */
  #endGenerations(): void {
    const { generations, origin, wide } = this.#reader;
    const converter = this.#converter;
    if (converter === undefined) return;
    while (this.#generations.length < generations.length) {
      const { number, clock, endsAt } = generations[this.#generations.length]!;
      converter.endFirst();
      if (converter.fault !== undefined) return;
      const wall = clock && {
        traceNs: clock.traceNs - origin,
        wallNs: wide.exact(clock.sec) * NS_PER_S + wide.exact(clock.nsec),
      };
      this.#generations.push({ number, first: this.#whole, clock: wall });
      this.#whole = converter.events.length;
      this.#wholeSamples = converter.samples.length;
      this.#wholeNs = this.#lastNs;
      this.#wholeEnd = endsAt;
    }
  }
}

/** Number of events of experiments. @param counts number of records, by type */
function experimentalEvents(counts: Float64Array): number {
  return counts.reduce((sum, n, type) => sum + (wireInfo[type]?.isExperimental ? n : 0), 0);
}
