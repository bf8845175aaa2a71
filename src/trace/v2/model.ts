// Format v2 read into the model: the reader's rows converted as they come, and what is known of them so far as a trace.

import type { TraceError } from '../error.js';
import type { Generation, Trace } from '../model.js';
import { Converter } from './convert.js';
import { GenerationReader } from './reader.js';
import type { Rows } from './rows.js';

/** Nanoseconds of a second. */
const NS_PER_S = 1_000_000_000n;

/** Reads a trace of format v2 in pieces. */
export class ModelReader {
  readonly #reader = new GenerationReader((rows) => this.#add(rows));
  #converter: Converter | undefined;
  /** Events of whole generations, and the time at which the last of them ends. */
  #whole = 0;
  #wholeNs = 0;
  /** Time of the last row. Like Go's tools, a trace ends with its last Sync, which is later than the last event. */
  #lastNs = 0;
  readonly #generations: Generation[] = [];

  /** Reads the next piece of the file. Faults are in `fault`. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    this.#endGenerations();
  }

  /** Says that the file ends here. */
  end(): void {
    this.#reader.end();
    this.#endGenerations();
    if (this.#converter === undefined) return;
    if (this.#converter.events.length > this.#whole) this.#converter.truncate(this.#whole);
    else this.#wholeNs = this.#lastNs;
  }

  /** What is wrong with the file. */
  get fault(): TraceError | undefined {
    return this.#reader.fault;
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
      generations: this.#generations,
      procs,
      durationNs: this.#wholeNs,
      cut: reader.fault === undefined ? undefined : { offset: reader.wholeEnd, size: reader.size },
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
      const { number, clock } = generations[this.#generations.length]!;
      converter.endFirst();
      const wall = clock && {
        traceNs: clock.traceNs - origin,
        wallNs: wide.exact(clock.sec) * NS_PER_S + wide.exact(clock.nsec),
      };
      this.#generations.push({ number, first: this.#whole, clock: wall });
      this.#whole = converter.events.length;
      this.#wholeNs = this.#lastNs;
    }
  }
}
