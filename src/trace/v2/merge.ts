// The merge of the streams of a generation into one order. After internal/trace/reader.go and order.go.
//
// The order of events within a stream is the truth; times are not, because the clocks of processors may disagree. The next
// event is the earliest of all streams if it is ready, else the earliest that is. Ready means that what it builds on has been
// seen: the goroutine or P that it names has the required status, and the sequence number before its own.
//
// CPU samples are in no stream: each comes before the first event that is later.
//
// Each event has the time of Go's reader: if it is not later than the event before, that event's time plus 1. Statuses of
// goroutines that were idle are written when the next generation has begun, so that the first events of that generation may
// move by some microseconds; figures are then those of Go's tool to the nanosecond.

import { TraceError } from '../error.js';
import * as annotations from './annotations.js';
import { SYNC, wire, wireName } from './event.js';
import type { Generation } from './generation.js';
import * as goroutines from './goroutines.js';
import * as procs from './procs.js';
import type { RowBuffer } from './rows.js';
import { Step } from './step.js';
import { ARGS, Streams } from './streams.js';
import type { WideNumbers } from './words.js';
import { World } from './world.js';

/**
 * Streams that may be tried in vain: some to begin with, and more for each event. The rule that finds the next event tries all
 * streams if clocks disagree; a hostile file with 100,000 streams would take hours. In
 * traces of real programs the first stream is nearly always ready.
 */
const TRIES = 1_000_000;
const TRIES_PER_EVENT = 256;

/** Puts the events of one generation after the other in order. */
export class Merge {
  readonly world = new World();
  /** Absolute time of the time 0 of the rows, in nanoseconds: a whole number, which may exceed 2^53. */
  origin = 0;
  /** Number of Sync events so far. */
  syncs = 0;
  readonly #rows: RowBuffer;
  readonly #wide: WideNumbers;
  readonly #counts: Float64Array;
  readonly #step: Step;
  #tries = 0;

  constructor(rows: RowBuffer, wide: WideNumbers, counts: Float64Array) {
    this.#rows = rows;
    this.#wide = wide;
    this.#counts = counts;
    this.#step = new Step(this.world, rows);
    this.#step.last = 0;
  }

  /** Emits a Sync event at this time; its context is empty. */
  sync(time: number): void {
    const step = this.#step;
    this.#rows.makeRoom();
    step.m = 0;
    step.p = 0;
    step.g = 0;
    step.time = time;
    step.offset = -1;
    this.syncs++;
    step.emit(SYNC, this.syncs, 0, 0, 0);
    this.#rows.commit();
  }

  /** Emits the Sync event after the last generation, or before an error. */
  lastSync(): void {
    this.sync(this.#step.last);
  }

  /** Emits the events of a generation. @throws TraceError; the events before the fault have been emitted */
  run(gen: Generation): void {
    const { world } = this;
    const start = Math.trunc(gen.minTicks * gen.nsPerTick);
    if (this.syncs === 0) {
      world.initialGen = gen.number;
      this.origin = start;
      this.#step.last = -start;
    }
    const streams = new Streams(gen, this.#wide, this.#counts, this.origin);
    const step = this.#step;
    step.gen = gen;
    step.streams = streams;
    step.isInitial = gen.number === world.initialGen;
    for (let s = 0; s < streams.length; s++) if (streams.next(s)) streams.insert(s);
    this.sync(start - this.origin);
    this.#mergeStreams(
      gen,
      streams,
      Int32Array.from(gen.threads, (id) => world.ms.named(id)),
    );
  }

  /** @param threads the index of the thread of each stream */
  #mergeStreams(gen: Generation, streams: Streams, threads: Int32Array): void {
    const times = Float64Array.from(gen.sampleTicks, (ticks) => Math.trunc(ticks * gen.nsPerTick) - this.origin);
    const samples = Uint32Array.from(times, (_, i) => i).sort((i, j) => times[i]! - times[j]! || i - j);
    const { heap, time } = streams;
    const rows = this.#rows;
    let k = 0;
    while (streams.heapSize > 0 || k < samples.length) {
      rows.makeRoom();
      if (k < samples.length && (streams.heapSize === 0 || times[samples[k]!]! < time[heap[0]!]!)) {
        this.#emitSample(gen, samples[k]!, times[samples[k]!]!);
        k++;
      } else if (!this.#tryAdvance(streams, threads, 0)) this.#advanceAny(streams, threads);
    }
  }

  #emitSample(gen: Generation, i: number, time: number): void {
    const { ms, ps, gs } = this.world;
    const step = this.#step;
    step.type = wire.CPUSample;
    step.time = time;
    step.offset = gen.sampleOffset[i]!;
    step.m = ms.named(gen.sampleM[i]!);
    step.p = ps.named(gen.sampleP[i]!);
    step.g = gen.sampleG[i] === 0 ? 0 : gs.named(gen.sampleG[i]!);
    step.emit(wire.CPUSample, 0, 0, 0, step.stackOf(gen.sampleStack[i]!));
    this.#rows.commit();
  }

  /** Tries all streams but the first by time, which is not ready. @throws TraceError if none is ready */
  #advanceAny(streams: Streams, threads: Int32Array): void {
    const n = streams.heapSize;
    this.#countTries(n);
    streams.sort();
    for (let i = 1; i < n; i++) {
      if (this.#tryAdvance(streams, threads, i)) return;
    }
    const s = streams.heap[0]!;
    this.#load(streams, s);
    throw this.#step.fault(
      `broken trace: failed to advance: ${wireName(this.#step.type)} waits, as do ${n - 1} other threads`,
    );
  }

  /** Tries to advance the stream at place `i` of the heap. */
  #tryAdvance(streams: Streams, threads: Int32Array, i: number): boolean {
    const { ms } = this.world;
    const step = this.#step;
    const s = streams.heap[i]!;
    const m = threads[s]!;
    this.#load(streams, s);
    step.m = m;
    step.p = ms.p[m]!;
    step.g = ms.g[m]!;
    step.nextP = step.p;
    step.nextG = step.g;
    ms.known[m] = 1;
    if (!advance(step)) return false;
    if (m !== 0) {
      ms.p[m] = step.nextP;
      ms.g[m] = step.nextG;
    }
    // As in Go the stream first advances: if its next record is broken, this event is not emitted either.
    if (streams.next(s)) streams.update(i);
    else streams.remove(i);
    this.#rows.commit();
    return true;
  }

  #load(streams: Streams, s: number): void {
    const step = this.#step;
    const { args } = streams;
    step.type = streams.type[s]!;
    step.a = args[s * ARGS]!;
    step.b = args[s * ARGS + 1]!;
    step.c = args[s * ARGS + 2]!;
    step.stack = streams.stack[s]!;
    step.time = streams.time[s]!;
    step.offset = streams.offset[s]!;
  }

  /** Counts a search over `n` streams. @throws TraceError if there were too many for the events so far */
  #countTries(n: number): void {
    this.#tries += n;
    if (this.#tries <= TRIES + TRIES_PER_EVENT * this.#rows.total) return;
    throw new TraceError(`trace: events of ${n} threads wait for each other too often`);
  }
}

/** Applies the rule of the event's type. */
function advance(step: Step): boolean {
  switch (step.type) {
    case wire.GoStart:
      return goroutines.advanceGoStart(step);
    case wire.GoUnblock:
      return goroutines.advanceGoUnblock(step);
    case wire.GoBlock:
      return goroutines.advanceGoBlock(step);
    case wire.GoSyscallBegin:
      return goroutines.advanceGoSyscallBegin(step);
    case wire.GoSyscallEnd:
      return goroutines.advanceGoSyscallEnd(step);
    case wire.GoStop:
      return goroutines.advanceGoStop(step);
    case wire.GoCreate:
    case wire.GoCreateBlocked:
      return goroutines.advanceGoCreate(step);
    case wire.GoDestroy:
      return goroutines.advanceGoDestroy(step);
    case wire.ProcStart:
      return procs.advanceProcStart(step);
    case wire.ProcStop:
      return procs.advanceProcStop(step);
    case wire.HeapAlloc:
    case wire.HeapGoal:
      return annotations.advanceHeapMetric(step);
    case wire.GCSweepBegin:
    case wire.GCSweepEnd:
      return annotations.advanceSweep(step);
    default:
      return advanceRare(step);
  }
}

/** The rules of types that are rare. */
function advanceRare(step: Step): boolean {
  const rule = rareRules[step.type];
  if (rule !== undefined) return rule(step);
  throw step.fault(`bad event type found while ordering: ${step.type}`);
}

const rareRules: { readonly [type: number]: (step: Step) => boolean } = {
  [wire.ProcsChange]: annotations.advanceProcsChange,
  [wire.ProcSteal]: procs.advanceProcSteal,
  [wire.ProcStatus]: procs.advanceProcStatus,
  [wire.GoCreateSyscall]: goroutines.advanceGoCreateSyscall,
  [wire.GoDestroySyscall]: goroutines.advanceGoDestroySyscall,
  [wire.GoSyscallEndBlocked]: goroutines.advanceGoSyscallEndBlocked,
  [wire.GoStatus]: goroutines.advanceGoStatus,
  [wire.GoStatusStack]: goroutines.advanceGoStatus,
  [wire.GoSwitch]: goroutines.advanceGoSwitch,
  [wire.GoSwitchDestroy]: goroutines.advanceGoSwitch,
  [wire.STWBegin]: annotations.advanceSTWBegin,
  [wire.STWEnd]: annotations.advanceSTWEnd,
  [wire.GCActive]: annotations.advanceGCActive,
  [wire.GCBegin]: annotations.advanceGCBegin,
  [wire.GCEnd]: annotations.advanceGCEnd,
  [wire.GCSweepActive]: annotations.advanceSweepActive,
  [wire.GCMarkAssistActive]: annotations.advanceMarkAssistActive,
  [wire.GCMarkAssistBegin]: annotations.advanceMarkAssist,
  [wire.GCMarkAssistEnd]: annotations.advanceMarkAssist,
  [wire.GoLabel]: annotations.advanceGoLabel,
  [wire.UserTaskBegin]: annotations.advanceUserTaskBegin,
  [wire.UserTaskEnd]: annotations.advanceUserTaskEnd,
  [wire.UserRegionBegin]: annotations.advanceUserRegionBegin,
  [wire.UserRegionEnd]: annotations.advanceUserRegionEnd,
  [wire.UserLog]: annotations.advanceUserLog,
  [wire.Span]: annotations.advanceExperimental,
  [wire.SpanAlloc]: annotations.advanceExperimental,
  [wire.SpanFree]: annotations.advanceExperimental,
  [wire.HeapObject]: annotations.advanceExperimental,
  [wire.HeapObjectAlloc]: annotations.advanceExperimental,
  [wire.HeapObjectFree]: annotations.advanceExperimental,
  [wire.GoroutineStack]: annotations.advanceExperimental,
  [wire.GoroutineStackAlloc]: annotations.advanceExperimental,
  [wire.GoroutineStackFree]: annotations.advanceExperimental,
};
