// The trace file of a whole run, seen from Node's main thread: opened before the run, and completed after it with the chunks of
// threads that were ended in the middle of a goroutine.

import { ftruncateSync } from 'node:fs';
import { ev } from '../../trace/event.js';
import { ENDING, Writer } from '../../trace/writer.js';
import { field, type Words } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { isTraced, traceBytes } from '../memory/memory.js';
import type { Ending } from '../run/ending.js';
import { lastCollections } from '../tracing/collections.js';
import { closeTrace, discardTrace, openTrace, traceFailure, writeAll } from '../tracing/file.js';

export class TraceFile {
  readonly #words: Words;
  readonly #path: string | undefined;

  /** @param path undefined for a trace that the program began itself */
  constructor(words: Words, path: string | undefined) {
    this.#words = words;
    this.#path = path;
  }

  /** Opens the file, and marks the run as traced. @throws Error if the file cannot be written */
  begin(path: string): void {
    this.#try(() => openTrace(path, this.#words));
    this.#words[H.TRACING] = 1;
  }

  /**
   * Writes what is still missing at the end of the run, and closes the file. Does nothing if the program has done so.
   * @param now nanoseconds since the start of the run
   * @throws Error if the file could not be written, now or before
   */
  finish(now: number, endings: readonly Ending[]): void {
    const words = this.#words;
    if (!isTraced(words)) return;
    this.#try(() => {
      const failed = endings.find((e) => e.traceError)?.traceError;
      if (failed) throw failed;
      this.#writeRest(now);
    });
    closeTrace(words);
  }

  #writeRest(now: number): void {
    const words = this.#words;
    const fd = words[H.TRACE_FD]!;
    const doubles = new Float64Array(words.buffer);
    if (words[H.TRACE_WRITING] !== 0) ftruncateSync(fd, doubles[H.TRACE_SIZE >> 1]); // a thread was ended while it wrote
    if (doubles[H.TRACE_BEGIN >> 1] === 0) writeAll(fd, this.#emptyTrace(now));
    for (let id = 0; id < words[H.NPROCS]!; id++) {
      const pos = words[field(pAddress(id), P.TRACEPOS)]!;
      if (pos === 0) continue; // its thread has written everything
      writeAll(fd, traceBytes(id, words).subarray(0, pos));
      writeAll(fd, this.#lastEvents(id, now));
    }
    writeAll(fd, lastCollections(words));
    writeAll(fd, ENDING);
  }

  /** The trace of a run that ended before its main goroutine began: how many Ps there were. */
  #emptyTrace(now: number): Uint8Array {
    const writer = new Writer(new Uint8Array(64));
    writer.batch(0, now);
    writer.event2(ev.Gomaxprocs, now, this.#words[H.NPROCS]!, 0);
    return writer.buffer.subarray(0, writer.pos);
  }

  /** Completes the chunk of a P whose thread was ended: its last stacks are lost with it, so they are written as unknown. */
  #lastEvents(id: number, now: number): Uint8Array {
    const pp = pAddress(id);
    const {
      [field(pp, P.STACKSWRITTEN)]: from = 0,
      [field(pp, P.STACKSTAKEN)]: to = 0,
      [field(pp, P.TEXTSTAKEN)]: text = 0,
    } = this.#words;
    const writer = new Writer(new Uint8Array(1024 + (to - from) * 64));
    writer.batch(id, now);
    writer.string(text, UNKNOWN.func);
    for (let stack = from; stack < to; stack += this.#words[H.NPROCS]!) writer.stack(stack, [UNKNOWN], () => text);
    if (this.#words[field(pp, P.CURG)] !== 0) writer.event1(ev.GoPreempt, now, 0);
    return writer.buffer.subarray(0, writer.pos);
  }

  /** Removes the file of a run that could not be completed. */
  discard(): void {
    discardTrace(this.#path, this.#words);
  }

  #try(act: () => void): void {
    try {
      act();
    } catch (error) {
      throw traceFailure(this.#path, error);
    }
  }
}

/** The frame of a stack that is lost. */
const UNKNOWN = { pc: 1, func: 'unknown', file: 'unknown', line: 1 };
