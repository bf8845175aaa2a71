// A trace as Perfetto's TracePackets, for ui.perfetto.dev and trace_processor: a track per P with the goroutines that
// it ran, flows from the event that created or unblocked a goroutine to its start, tracks for the collector, for tasks and
// for regions, and counters.
//
// Packets have the order and the times of the events. Slices on a track must nest, so ranges that may overlap (a collection,
// a stopped world) have a track each. On the track of a P, a goroutine's slice has its system call or mark assist in it.

import { stopReason } from '../analysis/ranges.js';
import { creations, ev, eventName, leaves, withReason } from '../event.js';
import { argOf, entryName, fakeP, type Trace } from '../model.js';
import { Counters } from './counters.js';
import { logText, sliceName } from './names.js';
import { Packets } from './packets.js';

/** Bytes that are collected before they are yielded. */
const CHUNK = 1 << 16;

/** The file, in pieces. */
export function* perfettoTrace(trace: Trace): Generator<Uint8Array> {
  const writer = new PerfettoWriter(trace);
  writer.tracks();
  for (let e = 0; e < trace.events.length; e++) {
    writer.samplesUntil(trace.events.ts[e]!);
    writer.event(e);
    if (writer.out.length > CHUNK) yield writer.out.take();
  }
  writer.samplesUntil(Infinity);
  yield writer.out.take();
}

/** Uuids of tracks; those of Ps, goroutines and tasks are the sum of a base and a number. */
const track = { process: 1, gc: 2, stopped: 3, counters: 4, p: 1_000, fakeP: 900, g: 2 ** 32, task: 2 ** 40 };

class PerfettoWriter {
  readonly out: Packets;
  readonly #trace: Trace;
  readonly #counters: Counters;
  /** By counter and part: its track, and its value. */
  readonly #counterTracks = new Map<string, Map<string, { readonly on: number; value: number }>>();
  #nextCounter: number = track.counters;
  #sample = 0;
  /** By goroutine: the event that made it runnable, and the number of the P that runs it; -1 for none. */
  readonly #wake: Int32Array;
  readonly #runsOn: Int32Array;
  /** The goroutines in a mark assist, and those whose system call is an open slice. */
  readonly #assisting = new Set<number>();
  readonly #calling = new Set<number>();
  /** The tracks on which a sweep is open. */
  readonly #sweeping = new Set<number>();
  /** The goroutines whose regions have a track. */
  readonly #withRegions = new Set<number>();
  /** By id of a task: its track. */
  readonly #tasks = new Map<number, number>();

  constructor(trace: Trace) {
    this.#trace = trace;
    this.out = new Packets(trace);
    this.#counters = new Counters(trace);
    this.#wake = new Int32Array(trace.goroutines.length).fill(-1);
    this.#runsOn = new Int32Array(trace.goroutines.length).fill(-1);
  }

  /** Writes the tracks that are known before the first event. */
  tracks(): void {
    this.out.process(track.process, 'goroutines');
    for (let p = 0; p < this.#trace.procs; p++) this.out.thread(track.p + p, p + 1, `Proc ${p}`);
    this.out.track(track.gc, track.process, 'GC');
    this.out.track(track.stopped, track.process, 'Stop the world');
    for (const [name, p] of [
      ['Timers', fakeP.timers],
      ['Network', fakeP.netpoll],
      ['Syscalls', fakeP.syscalls],
    ] as const) {
      this.out.track(this.#trackOf(p), track.process, name);
    }
  }

  /** Writes the CPU samples up to a time. */
  samplesUntil(now: number): void {
    const { samples } = this.#trace;
    for (; this.#sample < samples.length && samples.ts[this.#sample]! <= now; this.#sample++) {
      const s = this.#sample;
      const parts = { g: samples.g[s]!, stack: samples.stack[s]! };
      this.out.instant(samples.ts[s]!, this.#trackOf(samples.p[s]!), 'CPU profile sample', parts);
    }
  }

  /** Writes event `e`, the next one. */
  event(e: number): void {
    const { events } = this.#trace;
    const { type, ts, p, g } = events;
    const now = ts[e]!;
    const own = g[e]!;
    const on = this.#trackOf(p[e]!);
    switch (type[e]) {
      case ev.GoStart:
      case ev.GoStartLabel:
        this.#start(e);
        break;
      case ev.GoCreate:
      case ev.GoCreateBlocked:
      case ev.GoCreateSyscall:
      case ev.GoUnblock:
      case ev.GoSysExit:
        this.#wakes(e);
        break;
      case ev.GoSysCall:
        this.#call(e);
        break;
      case ev.GoSyscallEnd:
        this.#endCall(e);
        break;
      case ev.GCStart:
        this.out.begin(now, track.gc, 'GC');
        break;
      case ev.GCDone:
        this.out.end(now, track.gc);
        break;
      case ev.STWStart:
        this.out.begin(now, track.stopped, `STW (${stopReason(this.#trace, argOf(events, e))})`);
        break;
      case ev.STWDone:
        this.out.end(now, track.stopped);
        break;
      case ev.SweepStart:
        this.#sweeping.add(on);
        this.out.begin(now, on, 'SWEEP');
        break;
      case ev.SweepDone:
        this.#endSweep(now, on);
        break;
      case ev.MarkAssistStart:
        this.#assisting.add(own);
        // What was open when the trace began is on no P: it is drawn where its goroutine runs.
        if (this.#runsOn[own]! >= 0) this.out.begin(now, this.#trackOf(this.#runsOn[own]!), 'MARK ASSIST');
        break;
      case ev.MarkAssistDone:
        if (this.#assisting.delete(own) && this.#runsOn[own]! >= 0) this.out.end(now, on);
        break;
      default:
        if (leaves.includes(type[e]!)) this.#leave(e);
        else this.#annotation(e);
    }
    for (const { name, values } of this.#counters.after(e)) this.#count(now, name, values);
  }

  /** An event that makes a goroutine, or makes one runnable: an instant, and a flow to its start. */
  #wakes(e: number): void {
    const { events } = this.#trace;
    const { type, ts, p, g, stack, link } = events;
    // Goroutines from before the trace are created on no P.
    if (type[e] === ev.GoCreate && p[e]! < 0) return;
    const woken = type[e] === ev.GoSysExit ? g[e]! : argOf(events, e);
    const leads = link[e]! >= 0 && (type[e] === ev.GoCreate || !creations.includes(type[e]!));
    this.#wake[woken] = leads ? e : -1;
    const name = type[e] === ev.GoUnblock ? 'unblock' : type[e] === ev.GoSysExit ? 'sysexit' : 'go';
    this.out.instant(ts[e]!, this.#trackOf(p[e]!), name, {
      ...(leads ? { flow: e + 1 } : {}),
      g: woken,
      stack: stack[e]!,
    });
  }

  /** A system call: a slice until it returns or loses its P, if the trace has its return; else an instant. */
  #call(e: number): void {
    const { ts, p, g, stack } = this.#trace.events;
    const on = this.#trackOf(p[e]!);
    if (this.#trace.version < 22) {
      this.out.instant(ts[e]!, on, 'syscall', { stack: stack[e]! });
      return;
    }
    this.#calling.add(g[e]!);
    this.out.begin(ts[e]!, on, 'syscall', { stack: stack[e]! });
  }

  #endCall(e: number): void {
    const { ts, p, g } = this.#trace.events;
    if (this.#calling.delete(g[e]!)) this.out.end(ts[e]!, this.#trackOf(p[e]!));
  }

  /** Ends the sweep on a track, if one is open: at the latest where the goroutine changes, so that slices nest. */
  #endSweep(now: number, on: number): void {
    if (this.#sweeping.delete(on)) this.out.end(now, on);
  }

  #start(e: number): void {
    const { ts, p, g, m, stack } = this.#trace.events;
    const own = g[e]!;
    const on = this.#trackOf(p[e]!);
    this.#endSweep(ts[e]!, on);
    const wake = this.#wake[own]!;
    this.#wake[own] = -1;
    this.#runsOn[own] = p[e]!;
    this.out.begin(ts[e]!, on, sliceName(this.#trace, e, entryName(this.#trace, own)), {
      ...(wake >= 0 ? { endOfFlow: wake + 1 } : {}),
      ...(this.#trace.version >= 22 ? { thread: this.#trace.threads[m[e]!]! } : {}),
      g: own,
      stack: stack[e]!,
    });
    if (this.#assisting.has(own)) this.out.begin(ts[e]!, on, 'MARK ASSIST');
  }

  #leave(e: number): void {
    const { type, ts, p, g, arg } = this.#trace.events;
    const on = this.#trackOf(p[e]!);
    this.#endSweep(ts[e]!, on);
    this.#endCall(e);
    if (this.#assisting.has(g[e]!)) this.out.end(ts[e]!, on);
    const reason = withReason.includes(type[e]!) ? this.#trace.strings[arg[e]!]! : '';
    this.out.end(ts[e]!, on, reason === '' ? eventName(type[e]!) : reason);
    this.#runsOn[g[e]!] = -1;
  }

  #annotation(e: number): void {
    const { events } = this.#trace;
    const { type, ts, p, g } = events;
    const now = ts[e]!;
    switch (type[e]) {
      case ev.UserTaskCreate: {
        const id = argOf(events, e);
        const name = this.#trace.strings[argOf(events, e, 2)] ?? '';
        const on = track.task + e;
        this.#tasks.set(id, on);
        this.out.track(on, track.process, `T${id} ${name}`);
        this.out.begin(now, on, name, { g: g[e]! });
        break;
      }
      case ev.UserTaskEnd: {
        const on = this.#tasks.get(argOf(events, e));
        if (on !== undefined) this.out.end(now, on);
        this.#tasks.delete(argOf(events, e));
        break;
      }
      case ev.UserRegion: {
        const on = track.g + g[e]!;
        if (!this.#withRegions.has(g[e]!)) {
          this.#withRegions.add(g[e]!);
          this.out.track(on, track.process, `Regions of G${this.#trace.goroutines.id[g[e]!]}`);
        }
        if (argOf(events, e, 1) === 0) this.out.begin(now, on, this.#trace.strings[argOf(events, e, 2)] ?? '');
        else this.out.end(now, on);
        break;
      }
      case ev.UserLog:
        this.out.instant(now, this.#trackOf(p[e]!), logText(this.#trace, e), { g: g[e]! });
        break;
    }
  }

  #count(now: number, counter: string, values: Readonly<Record<string, number>>): void {
    let parts = this.#counterTracks.get(counter);
    if (!parts) {
      parts = new Map();
      this.#counterTracks.set(counter, parts);
    }
    for (const part in values) {
      const value = values[part]!;
      let known = parts.get(part);
      if (!known) {
        known = { on: this.#nextCounter++, value: Number.NaN };
        parts.set(part, known);
        this.out.counterTrack(known.on, track.process, `${counter}: ${part}`, counter === 'Heap' ? 'bytes' : 'count');
      }
      if (known.value === value) continue;
      known.value = value;
      this.out.count(now, known.on, value);
    }
  }

  /** The track of a P, real or fake; of the process, if the event is on no P. */
  #trackOf(p: number): number {
    if (p >= fakeP.timers) return track.fakeP + p - fakeP.timers;
    return p < 0 ? track.process : track.p + p;
  }
}
