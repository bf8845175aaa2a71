// CPU profiles of a run: V8's samples of all threads as one pprof profile. After profileBuilder in runtime/pprof/proto.go.
//
// Unlike Go, V8 has the line of the innermost frame only. For a caller it is the line in whose text the next function is
// called, or else the first line of the caller.

import type { Profiler } from 'node:inspector';
import type { Profile } from '../pprof/profile.js';
import type { CpuPart } from '../runtime/profiling/part.js';
import { Builder, type Frame, type Place } from './builder.js';
import { Calls, type Sampled } from './calls.js';
import { inRuntime, PROFILER, placeAt, splitStack } from './places.js';
import { hasLine, Script } from './script.js';

/** V8's names of nodes in which no function runs. */
const NOTHING = ['(root)', '(idle)'];
/** Functions of the runtime in which a thread sleeps, and so uses no processor time. */
const SLEEPING = ['runtime.sleep', 'runtime.standStill', 'runtime.stopTheWorld'];
const NS_PER_US = 1000;
/** Callers, by distance, whose text may have the name of a function that V8 has inlined. */
const NEAR = 4;

/** Makes the profile. Its samples have the labels `P` and `goroutine`, which is the body of the goroutine that ran. */
export function cpuProfile(parts: readonly CpuPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  const scripts = new Map<string, Script>();
  for (const functions of parts.flatMap((part) => part.scripts)) {
    const script = scripts.has(functions.url) ? undefined : Script.load(functions);
    if (script) scripts.set(functions.url, script);
  }
  const calls = new Calls(scripts);
  for (const { profile } of parts) calls.add(profile.nodes);
  for (const part of parts) new Thread(part, calls, builder).add();
  const cpu = { type: 'cpu', unit: 'nanoseconds' };
  const [{ profile } = { profile: undefined }] = parts;
  const span = profile === undefined ? 0 : (profile.endTime - profile.startTime) * NS_PER_US;
  const samples = profile?.samples?.length ?? 0;
  return builder.finish([{ type: 'samples', unit: 'count' }, cpu], {
    ...about,
    periodType: cpu,
    period: samples === 0 ? 0 : Math.round(span / samples),
  });
}

/** A node of V8's call tree, linked to its caller. */
interface Node {
  readonly node: Profiler.ProfileNode;
  readonly caller: Node | undefined;
  /** Its function, if the script is known. */
  readonly sampled: Sampled | undefined;
  /** True in the code that makes the profile, and in its callees. */
  readonly profiler: boolean;
  /** The frames of its callers, once they have been computed. */
  callers?: readonly Frame[];
}

/** One or more samples with the same stack. */
interface StackSamples {
  readonly stack: readonly Frame[];
  readonly count: number;
  /** Real time, in nanoseconds. */
  readonly ns: number;
}

/** The samples of one thread. */
class Thread {
  readonly #part: CpuPart;
  readonly #calls: Calls;
  readonly #builder: Builder;
  readonly #nodes = new Map<number, Node>();

  constructor(part: CpuPart, calls: Calls, builder: Builder) {
    this.#part = part;
    this.#calls = calls;
    this.#builder = builder;
  }

  /** Adds the samples of this thread to the profile. */
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
    const stacks = [...spent].flatMap(([id, { count, us }]) => this.#stacksAt(this.#nodes.get(id)!, count, us));
    const real = stacks.reduce((sum, { ns }) => sum + ns, 0);
    // The real time between two samples includes waiting for a core, which is no processor time.
    const share = Math.min(1, (this.#part.cpuNs ?? real) / real);
    for (const { stack, count, ns } of stacks) {
      const { frames, labels } = splitStack(stack, this.#part.p);
      this.#builder.add(frames, [count, Math.round(ns * share)], labels);
    }
  }

  #link(nodes: readonly Profiler.ProfileNode[]): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const add = (node: Profiler.ProfileNode, caller: Node | undefined) => {
      const profiler = caller?.profiler || PROFILER.test(node.callFrame.url);
      const linked: Node = { node, caller, sampled: this.#calls.sampled(node.callFrame), profiler };
      this.#nodes.set(node.id, linked);
      for (const child of node.children ?? []) add(byId.get(child)!, linked);
    };
    if (nodes[0]) add(nodes[0], undefined);
  }

  /** The samples at a node, by line: the lines share the time of the node by their numbers of samples. */
  #stacksAt(at: Node, count: number, us: number): StackSamples[] {
    const { functionName: name, url } = at.node.callFrame;
    if (at.profiler || (NOTHING.includes(name) && url === '')) return [];
    const callers = this.#callers(at);
    const sampled = this.#sampledCallers(at);
    const ticks = at.node.positionTicks ?? [{ line: at.node.callFrame.lineNumber + 1, ticks: count }];
    const all = ticks.reduce((sum, tick) => sum + tick.ticks, 0);
    return ticks.flatMap(({ line, ticks: some }) => {
      const stack = [this.#frame(at, line, sampled), ...callers];
      const [leaf] = stack[0]!;
      if (SLEEPING.includes(leaf!.name) && inRuntime(leaf!.file)) return [];
      return [{ stack, count: some, ns: (us * NS_PER_US * some) / all }];
    });
  }

  /** The frames of the node's callers, the innermost first, each at the line of its call. */
  #callers(at: Node): readonly Frame[] {
    at.callers ??= this.#callersOf(at);
    return at.callers;
  }

  #callersOf({ node, caller }: Node): readonly Frame[] {
    if (caller?.caller === undefined) return []; // V8's own root
    const { sampled } = caller;
    const { functionName: called } = node.callFrame;
    const frame = sampled
      ? place(sampled, sampled.script.callLine(sampled.fn, called))
      : placeOf(caller.node.callFrame);
    return [[frame], ...this.#callers(caller)];
  }

  /** The functions that called the node, the innermost first, as far as their scripts are known. */
  #sampledCallers({ caller }: Node): Sampled[] {
    const sampled: Sampled[] = [];
    for (let at = caller; at !== undefined && sampled.length < NEAR; at = at.caller) {
      if (at.sampled) sampled.push(at.sampled);
    }
    return sampled;
  }

  /** The frame of a node at this line (from 1), which may be in a function that V8 has inlined. */
  #frame({ node, sampled }: Node, line: number, callers: readonly Sampled[]): Frame {
    if (sampled === undefined) return [placeOf(node.callFrame)];
    if (hasLine(sampled.fn, line)) return [place(sampled, line)];
    const known = this.#calls.within(sampled, line, callers);
    return known?.map((at) => place(at, at.line)) ?? [place(sampled, sampled.fn.line)];
  }
}

/** A line (from 1) in a function. */
function place({ url, script, fn }: Sampled, line: number): Place {
  const { line: startLine } = placeAt(url, fn.name, fn.line, script.column(fn.line));
  return { ...placeAt(url, fn.name, line, script.column(line)), startLine };
}

/** The first line of a function whose script cannot be read. */
function placeOf({ url, functionName, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']): Place {
  return placeAt(url, functionName, lineNumber + 1, columnNumber + 1);
}
