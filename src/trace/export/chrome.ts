// A trace as Chrome JSON, for chrome://tracing, Perfetto and other viewers: the per-P view of generateTrace in Go's
// cmd/trace/trace.go, with its rows, names, arrows and counters.
//
// Of format v2 also the system calls are slices, and goroutines have their thread, as in Go 1.26.
//
// Unlike Go, a slice that is open at the end of the trace is drawn until there.

import { stopReason } from '../analysis/ranges.js';
import { ev } from '../event.js';
import { argOf, fakeP, type Trace } from '../model.js';
import { Counters } from './counters.js';
import { goroutineLabel, logText, sliceName } from './names.js';

/** Characters that are collected before they are yielded. */
const CHUNK = 1 << 16;
/** Shortest slice in microseconds: a viewer draws one of length 0 as a slice without end. */
const SHORTEST_US = 0.0001;
/** Row of what happened on no P. */
const NO_P = fakeP.gc + 1;

/** The JSON text, in pieces. */
export function* chromeTrace(trace: Trace): Generator<string> {
  const writer = new ChromeWriter(trace);
  let out = '{"displayTimeUnit":"ns","traceEvents":[';
  for (let e = 0; e < trace.events.length; e++) {
    writer.event(e);
    if (writer.length > CHUNK) {
      yield out + writer.take();
      out = '';
    }
  }
  writer.rows();
  for (let p = 0; p <= writer.maxProc; p++) {
    writer.row(p, `Proc ${p}`, p);
    if (writer.length > CHUNK) {
      yield out + writer.take();
      out = '';
    }
  }
  yield `${out}${writer.take()}],"stackFrames":`;
  yield* writer.frames.json();
  yield '}\n';
}

/** Optional fields of an event of the viewer. */
interface Parts {
  /** Row (`tid`), and group of rows. */
  readonly p?: number;
  readonly pid?: number;
  /** Microseconds. */
  readonly dur?: number;
  /** Number of an arrow. */
  readonly id?: number;
  /** Indices of stacks. */
  readonly stack?: number;
  readonly endStack?: number;
  /** JSON. */
  readonly args?: string;
  readonly category?: string;
}

class ChromeWriter {
  readonly frames: FrameTree;
  /** The highest number of a P so far. */
  maxProc = 0;
  readonly #trace: Trace;
  readonly #counters: Counters;
  /** By goroutine: the events of its last start and of its open mark assist, -1 for none. */
  readonly #start: Int32Array;
  readonly #assist: Int32Array;
  #out = '';
  #comma = '';
  #arrows = 0;
  #usesNoP = false;

  constructor(trace: Trace) {
    this.#trace = trace;
    this.frames = new FrameTree(trace);
    this.#counters = new Counters(trace);
    this.#start = new Int32Array(trace.goroutines.length).fill(-1);
    this.#assist = new Int32Array(trace.goroutines.length).fill(-1);
  }

  /** Characters that take() would return. */
  get length(): number {
    return this.#out.length;
  }

  /** Returns what has been written since the last call. */
  take(): string {
    const out = this.#out;
    this.#out = '';
    return out;
  }

  /** Writes event `e`, the next one. */
  event(e: number): void {
    const { events } = this.#trace;
    const { type, p, g, link } = events;
    if (p[e]! < fakeP.timers && p[e]! > this.maxProc) this.maxProc = p[e]!;
    switch (type[e]) {
      case ev.ProcStart:
        this.#instant(e, 'proc start', `{"ThreadID":${this.#trace.threads[argOf(events, e)]}}`);
        break;
      case ev.ProcStop:
        this.#instant(e, 'proc stop');
        break;
      case ev.GCStart:
        this.#slice(e, link[e]!, 'GC');
        break;
      case ev.STWStart:
        this.#slice(e, link[e]!, `STW (${stopReason(this.#trace, argOf(events, e))})`);
        break;
      case ev.SweepStart:
        this.#sweep(e);
        break;
      case ev.MarkAssistStart:
        this.#assist[g[e]!] = e;
        this.#assistSlice(e, e, 'MARK ASSIST', 'MARK ASSIST (unfinished)');
        break;
      case ev.MarkAssistDone:
        this.#assist[g[e]!] = -1;
        break;
      case ev.GoStart:
      case ev.GoStartLabel:
        this.#start[g[e]!] = e;
        this.#goroutine(e);
        if (this.#assist[g[e]!]! >= 0) {
          this.#assistSlice(e, this.#assist[g[e]!]!, 'MARK ASSIST (resumed)', 'MARK ASSIST (resumed, unfinished)');
        }
        break;
      case ev.GoCreate:
        this.#arrow(e, 'go');
        break;
      case ev.GoUnblock:
        this.#arrow(e, 'unblock');
        break;
      case ev.GoSysExit:
        this.#arrow(e, 'sysexit');
        break;
      case ev.GoSysCall:
        this.#call(e);
        break;
      case ev.UserLog:
        this.#instant(e, logText(this.#trace, e), undefined, 'user event');
        break;
      case ev.UserTaskCreate:
        this.#instant(e, 'task start', undefined, 'user event');
        break;
      case ev.UserTaskEnd:
        this.#instant(e, 'task end', undefined, 'user event');
        break;
    }
    for (const { name, values } of this.#counters.after(e)) {
      this.#emit(name, 'C', this.#trace.events.ts[e]!, { pid: 1, args: JSON.stringify(values) });
    }
  }

  /** Writes the CPU samples, and the names and the order of the rows that are not real Ps. */
  rows(): void {
    const { samples } = this.#trace;
    for (let k = 0; k < samples.length; k++) {
      if (samples.p[k]! < 0 && this.#trace.version < 22) continue;
      this.#emit('CPU profile sample', 'I', samples.ts[k]!, { p: this.#row(samples.p[k]!), stack: samples.stack[k]! });
    }
    this.#meta('process_name', 1, 0, '{"name":"STATS"}');
    this.#meta('process_sort_index', 1, 0, '{"sort_index":0}');
    this.#meta('process_name', 0, 0, '{"name":"PROCS"}');
    this.#meta('process_sort_index', 0, 0, '{"sort_index":2}');
    this.row(fakeP.gc, 'GC', -6);
    this.row(fakeP.netpoll, 'Network', -5);
    this.row(fakeP.timers, 'Timers', -4);
    this.row(fakeP.syscalls, 'Syscalls', -3);
    if (this.#usesNoP) this.row(NO_P, 'no P', -2);
  }

  /** Writes the name of a P's row, and its position among the rows. */
  row(p: number, name: string, index: number): void {
    this.#meta('thread_name', 0, p, `{"name":"${name}"}`);
    this.#meta('thread_sort_index', 0, p, `{"sort_index":${index}}`);
  }

  #meta(name: string, pid: number, p: number, args: string): void {
    this.#emit(name, 'M', 0, { pid, p, args });
  }

  /** The row of a P. Of format v1 the row of no P has no name, as in Go's timeline. */
  #row(p: number): number {
    if (p >= 0 || this.#trace.version < 22) return p;
    this.#usesNoP = true;
    return NO_P;
  }

  /** Writes a slice from event `e` to event `end`. */
  #slice(e: number, end: number, name: string, args?: string, row = this.#trace.events.p[e]!): void {
    const { ts, stack } = this.#trace.events;
    const until = end < 0 ? this.#trace.durationNs : ts[end]!;
    this.#emit(name, 'X', ts[e]!, {
      p: this.#row(row),
      dur: Math.max(SHORTEST_US, (until - ts[e]!) / 1000),
      stack: stack[e]!,
      endStack: end < 0 ? 0 : stack[end]!,
      ...(args === undefined ? {} : { args }),
    });
  }

  /** Writes the slice of a goroutine that starts. */
  #goroutine(e: number): void {
    const { version, events, goroutines, threads } = this.#trace;
    const { g, m, link } = events;
    const own = g[e]!;
    const args = version < 22 ? undefined : `{"g":${goroutines.id[own]},"thread":${threads[m[e]!]}}`;
    this.#slice(e, link[e]!, sliceName(this.#trace, e, goroutineLabel(this.#trace, own)), args);
  }

  /** A system call: a slice until it returns or loses its P, if the trace has its return; else an instant. */
  #call(e: number): void {
    const { version, events } = this.#trace;
    const { g, link } = events;
    const start = this.#start[g[e]!]!;
    if (version < 22 || start < 0) {
      this.#instant(e, 'syscall');
      return;
    }
    const [returns, leaves] = [link[e]!, link[start]!];
    const isBlocked = leaves >= 0 && (returns < 0 || leaves < returns);
    this.#slice(e, isBlocked ? leaves : returns, 'syscall', `{"blocked":"${isBlocked ? 'yes' : 'no'}"}`);
  }

  #sweep(e: number): void {
    const { events } = this.#trace;
    const done = events.link[e]!;
    const swept = done < 0 ? 0 : argOf(events, done);
    const text = `{"Swept bytes":${swept},"Reclaimed bytes":${done < 0 ? 0 : argOf(events, done, 1)}}`;
    this.#slice(e, done, 'SWEEP', swept === 0 ? undefined : text);
  }

  /** A mark assist continues after its goroutine was taken off its P: each part is a slice of its own. */
  #assistSlice(e: number, assist: number, finished: string, cut: string): void {
    const { ts, p, g, link } = this.#trace.events;
    const done = link[assist]!;
    const start = this.#start[g[e]!]!;
    const off = start < 0 ? -1 : link[start]!;
    // What was open when the trace began is on no P: it is drawn where its goroutine runs.
    const row = p[e]! < 0 && start >= 0 ? p[start]! : p[e]!;
    if (row < 0 || (off >= 0 && off < e)) return;
    const doneAt = done < 0 ? Infinity : ts[done]!;
    const offAt = off < 0 ? this.#trace.durationNs : ts[off]!;
    // If it ends at the time at which the goroutine leaves its P, Go calls a resumed assist unfinished, but not a new one.
    const isFinished = e === assist ? doneAt <= offAt : doneAt < offAt;
    this.#slice(e, isFinished ? done : off, isFinished ? finished : cut, undefined, row);
  }

  /** Writes an arrow from event `e` to the GoStart at the end of its link. */
  #arrow(e: number, name: string): void {
    const { type, ts, p, stack, link } = this.#trace.events;
    const to = link[e]!;
    // Goroutines from before the trace are created on no P.
    if (to < 0 || (p[e]! < 0 && type[e] === ev.GoCreate)) return;
    const from = this.#row(p[e]!);
    if (from >= fakeP.timers && from <= fakeP.syscalls) this.#emit('unblock', 'I', ts[e]!, { p: from });
    this.#arrows++;
    this.#emit(name, 's', ts[e]!, { p: from, id: this.#arrows, stack: stack[e]! });
    this.#emit(name, 't', ts[to]!, { p: p[to]!, id: this.#arrows });
  }

  #instant(e: number, name: string, args?: string, category?: string): void {
    const { ts, p, stack } = this.#trace.events;
    this.#emit(name, 'I', ts[e]!, {
      p: this.#row(p[e]!),
      stack: stack[e]!,
      ...(args === undefined ? {} : { args }),
      ...(category === undefined ? {} : { category }),
    });
  }

  #emit(name: string, phase: string, ns: number, parts: Parts): void {
    const { p = 0, pid = 0, dur, id, stack = 0, endStack = 0, args, category } = parts;
    let out = `${this.#comma}{"name":${JSON.stringify(name)},"ph":"${phase}"`;
    if (phase === 'I') out += ',"s":"t"';
    out += `,"ts":${ns / 1000}`;
    if (dur !== undefined) out += `,"dur":${dur}`;
    out += `,"pid":${pid},"tid":${p}`;
    if (id !== undefined) out += `,"id":${id}`;
    const [sf, esf] = [this.frames.of(stack), this.frames.of(endStack)];
    if (sf > 0) out += `,"sf":${sf}`;
    if (esf > 0) out += `,"esf":${esf}`;
    if (args !== undefined) out += `,"args":${args}`;
    if (category !== undefined) out += `,"cat":"${category}"`;
    this.#out += `${out}}`;
    this.#comma = ',\n';
  }
}

/** The stacks as a tree, as in Chrome JSON: a node is a frame and its caller's node. After buildBranch in Go's trace.go. */
class FrameTree {
  readonly #trace: Trace;
  /** By stack: the node of its leaf, -1 if it has none yet. */
  readonly #leaf: Int32Array;
  /** The nodes, by parent and frame. */
  readonly #nodes = new Map<number, number>();
  /** By node, from 1: its frame and its parent, 0 for none. */
  readonly #frame: number[] = [0];
  readonly #parent: number[] = [0];

  constructor(trace: Trace) {
    this.#trace = trace;
    this.#leaf = new Int32Array(trace.stacks.length).fill(-1);
  }

  /** The node of a stack's leaf, which is made if needed; 0 if the stack is empty. */
  of(stack: number): number {
    if (stack === 0) return 0;
    const known = this.#leaf[stack]!;
    if (known >= 0) return known;
    const { first, frame } = this.#trace.stacks;
    let node = 0;
    for (let k = first[stack + 1]! - 1; k >= first[stack]!; k--) node = this.#child(node, frame[k]!);
    this.#leaf[stack] = node;
    return node;
  }

  #child(parent: number, frame: number): number {
    const key = parent * this.#trace.frames.length + frame;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = this.#frame.length;
    this.#frame.push(frame);
    this.#parent.push(parent);
    this.#nodes.set(key, node);
    return node;
  }

  /** The nodes as one JSON object. */
  *json(): Generator<string> {
    const { frames, strings } = this.#trace;
    for (let node = 1; node < this.#frame.length; node++) {
      const frame = this.#frame[node]!;
      const name = JSON.stringify(`${strings[frames.func[frame]!]}:${frames.line[frame]}`);
      const parent = this.#parent[node]! === 0 ? '' : `,"parent":${this.#parent[node]}`;
      yield `${node === 1 ? '{' : ',\n'}"${node}":{"name":${name}${parent}}`;
    }
    yield this.#frame.length === 1 ? '{}' : '}';
  }
}
