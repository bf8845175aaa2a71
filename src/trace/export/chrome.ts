// A trace as Chrome JSON, for chrome://tracing, Perfetto and other viewers: the per-P view of generateTrace in Go's
// cmd/trace/trace.go, with its rows, names, arrows and counters.
//
// Unlike Go, a slice that is open at the end of the trace is drawn until there.

import { stopReason } from '../analysis/ranges.js';
import { ev } from '../event.js';
import { argOf, fakeP, type Trace } from '../model.js';
import { Counters } from './counters.js';
import { logText, sliceName } from './names.js';

/** Characters that are collected before they are yielded. */
const CHUNK = 1 << 16;
/** Shortest slice in microseconds: a viewer draws one of length 0 as a slice without end. */
const SHORTEST_US = 0.0001;

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
        this.#slice(e, link[e]!, sliceName(this.#trace, e));
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
        this.#instant(e, 'syscall');
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
      if (samples.p[k]! < 0) continue;
      this.#emit('CPU profile sample', 'I', samples.ts[k]!, { p: samples.p[k]!, stack: samples.stack[k]! });
    }
    this.#meta('process_name', 1, 0, '{"name":"STATS"}');
    this.#meta('process_sort_index', 1, 0, '{"sort_index":0}');
    this.#meta('process_name', 0, 0, '{"name":"PROCS"}');
    this.#meta('process_sort_index', 0, 0, '{"sort_index":2}');
    this.row(fakeP.gc, 'GC', -6);
    this.row(fakeP.netpoll, 'Network', -5);
    this.row(fakeP.timers, 'Timers', -4);
    this.row(fakeP.syscalls, 'Syscalls', -3);
  }

  /** Writes the name of a P's row, and its position among the rows. */
  row(p: number, name: string, index: number): void {
    this.#meta('thread_name', 0, p, `{"name":"${name}"}`);
    this.#meta('thread_sort_index', 0, p, `{"sort_index":${index}}`);
  }

  #meta(name: string, pid: number, p: number, args: string): void {
    this.#emit(name, 'M', 0, { pid, p, args });
  }

  /** Writes a slice from event `e` to event `end`. */
  #slice(e: number, end: number, name: string, args?: string): void {
    const { ts, p, stack } = this.#trace.events;
    const until = end < 0 ? this.#trace.durationNs : ts[end]!;
    this.#emit(name, 'X', ts[e]!, {
      p: p[e]!,
      dur: Math.max(SHORTEST_US, (until - ts[e]!) / 1000),
      stack: stack[e]!,
      endStack: end < 0 ? 0 : stack[end]!,
      ...(args === undefined ? {} : { args }),
    });
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
    const { ts, g, link } = this.#trace.events;
    const done = link[assist]!;
    const start = this.#start[g[e]!]!;
    const off = start < 0 ? -1 : link[start]!;
    const doneAt = done < 0 ? Infinity : ts[done]!;
    const offAt = off < 0 ? this.#trace.durationNs : ts[off]!;
    // If it ends at the time at which the goroutine leaves its P, Go calls a resumed assist unfinished, but not a new one.
    const isFinished = e === assist ? doneAt <= offAt : doneAt < offAt;
    this.#slice(e, isFinished ? done : off, isFinished ? finished : cut);
  }

  /** Writes an arrow from event `e` to the GoStart at the end of its link. */
  #arrow(e: number, name: string): void {
    const { ts, p, stack, link } = this.#trace.events;
    const to = link[e]!;
    if (to < 0) return;
    const from = p[e]!;
    if (from >= fakeP.timers && from <= fakeP.syscalls) this.#emit('unblock', 'I', ts[e]!, { p: from });
    this.#arrows++;
    this.#emit(name, 's', ts[e]!, { p: from, id: this.#arrows, stack: stack[e]! });
    this.#emit(name, 't', ts[to]!, { p: p[to]!, id: this.#arrows });
  }

  #instant(e: number, name: string, args?: string, category?: string): void {
    const { ts, p, stack } = this.#trace.events;
    this.#emit(name, 'I', ts[e]!, {
      p: p[e]!,
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
