// The CPU profile of a run: what V8 found on each thread, as one pprof profile. After profileBuilder in
// runtime/pprof/proto.go.
//
// Unlike Go, V8 tells the line only of the innermost frame. That of a caller is where it is seen to call the next function,
// or else where it begins.

import type { Profiler } from 'node:inspector';
import type { Profile } from '../pprof/profile.js';
import type { CpuPart } from '../runtime/profiling/part.js';
import { Builder, type Frame } from './builder.js';
import { ofGoroutine } from './goroutine.js';
import { inRuntime, placeAt } from './places.js';
import { Script, type ScriptFunction } from './script.js';

/** What V8 puts in the place of functions where none runs. */
const NOTHING = ['(root)', '(idle)'];
/** Functions of the runtime in which a thread sleeps: that is no processor time. */
const SLEEPING = ['runtime.sleep', 'runtime.standStill', 'runtime.stopTheWorld'];
/** What makes the profile is not in it. */
const PROFILER = /\/runtime\/profiling\//;
const NS_PER_US = 1000;

/** The profile. Its samples have the labels `P` and `goroutine`, which is the body of the one that ran. */
export function cpuProfile(parts: readonly CpuPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  for (const part of parts) new Thread(part, builder).add();
  const cpu = { type: 'cpu', unit: 'nanoseconds' };
  const [{ profile } = { profile: undefined }] = parts;
  const span = profile === undefined ? 0 : (profile.endTime - profile.startTime) * NS_PER_US;
  const looks = profile?.samples?.length ?? 0;
  return builder.finish([{ type: 'samples', unit: 'count' }, cpu], {
    ...about,
    periodType: cpu,
    period: looks === 0 ? 0 : Math.round(span / looks),
  });
}

/** A node of V8's tree of calls, and the one it was called from. */
interface Node {
  readonly node: Profiler.ProfileNode;
  readonly caller: Node | undefined;
}

class Thread {
  readonly #part: CpuPart;
  readonly #builder: Builder;
  readonly #scripts: Map<string, Script>;
  readonly #nodes = new Map<number, Node>();

  constructor(part: CpuPart, builder: Builder) {
    this.#part = part;
    this.#builder = builder;
    this.#scripts = new Map(
      part.scripts.flatMap((functions) => {
        const script = Script.load(functions);
        return script === undefined ? [] : [[functions.url, script] as const];
      }),
    );
  }

  /** Adds what was found on this thread. */
  add(): void {
    const { nodes, samples = [], timeDeltas = [] } = this.#part.profile;
    this.#link(nodes);
    const spent = new Map<number, { count: number; us: number }>();
    for (const [k, id] of samples.entries()) {
      const sum = spent.get(id) ?? { count: 0, us: 0 };
      sum.count++;
      sum.us += Math.max(0, timeDeltas[k] ?? 0);
      spent.set(id, sum);
    }
    for (const [id, { count, us }] of spent) this.#addNode(this.#nodes.get(id)!, count, us);
  }

  #link(nodes: readonly Profiler.ProfileNode[]): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const add = (node: Profiler.ProfileNode, caller: Node | undefined) => {
      const linked = { node, caller };
      this.#nodes.set(node.id, linked);
      for (const child of node.children ?? []) add(byId.get(child)!, linked);
    };
    if (nodes[0]) add(nodes[0], undefined);
  }

  /** A node's time is shared out among the lines at which V8 has seen it. */
  #addNode(at: Node, count: number, us: number): void {
    const { functionName: name, url } = at.node.callFrame;
    if (NOTHING.includes(name) && url === '') return;
    const callers = this.#callers(at);
    const ticks = at.node.positionTicks ?? [{ line: at.node.callFrame.lineNumber + 1, ticks: count }];
    const all = ticks.reduce((sum, tick) => sum + tick.ticks, 0);
    for (const { line, ticks: some } of ticks) {
      const leaf = this.#frame(at.node, line);
      if (SLEEPING.includes(leaf[0]!.name) && inRuntime(leaf[0]!.file)) continue;
      const { frames, labels } = ofGoroutine([leaf, ...callers], this.#part.p);
      if (frames.some((frame) => frame.some(({ file }) => PROFILER.test(file)))) continue;
      this.#builder.add(frames, [some, Math.round((us * NS_PER_US * some) / all)], labels);
    }
  }

  /** The frames of whoever called the node, the innermost first, each at the line of its call. */
  #callers({ node, caller }: Node): Frame[] {
    const frames: Frame[] = [];
    let called = node.callFrame.functionName;
    for (let at = caller; at?.caller !== undefined; at = at.caller) {
      const { callFrame } = at.node;
      const script = this.#scripts.get(callFrame.url);
      const fn = script?.beginningAt(callFrame.lineNumber, callFrame.columnNumber);
      frames.push(this.#frame(at.node, script && fn ? script.callLine(fn, called) : callFrame.lineNumber + 1));
      called = callFrame.functionName;
    }
    return frames;
  }

  /** The frame of a node that V8 has seen at this line (from 1). */
  #frame({ callFrame: { functionName, url, lineNumber, columnNumber } }: Profiler.ProfileNode, line: number): Frame {
    const script = this.#scripts.get(url);
    const fn = script?.beginningAt(lineNumber, columnNumber);
    if (script === undefined || fn === undefined) return [placeAt(url, functionName, lineNumber + 1, columnNumber + 1)];
    return script.within(fn, line).map((at) => this.#place(url, script, at.fn, at.line));
  }

  #place(url: string, script: Script, fn: ScriptFunction, line: number) {
    const { line: startLine } = placeAt(url, fn.name, fn.line, script.column(fn.line));
    return { ...placeAt(url, fn.name, line, script.column(line)), startLine };
  }
}
