// The CPU profile of a run: what V8 found on each thread, as one pprof profile. After profileBuilder in
// runtime/pprof/proto.go.
//
// Unlike Go, V8 tells the line only of the innermost frame. That of a caller is where it is seen to call the next function,
// or else where it begins.

import type { Profiler } from 'node:inspector';
import type { Profile } from '../pprof/profile.js';
import type { CpuPart } from '../runtime/profiling/part.js';
import { Builder, type Frame, type Place } from './builder.js';
import { Calls, type Seen } from './calls.js';
import { inRuntime, ofGoroutine, PROFILER, placeAt } from './places.js';
import { hasLine, Script } from './script.js';

/** What V8 puts in the place of functions where none runs. */
const NOTHING = ['(root)', '(idle)'];
/** Functions of the runtime in which a thread sleeps: that is no processor time. */
const SLEEPING = ['runtime.sleep', 'runtime.standStill', 'runtime.stopTheWorld'];
const NS_PER_US = 1000;
/** Callers that may have handed on what V8 has put into a function. */
const NEAR = 4;

/** The profile. Its samples have the labels `P` and `goroutine`, which is the body of the one that ran. */
export function cpuProfile(parts: readonly CpuPart[], about: Pick<Profile, 'timeNs' | 'durationNs'>): Profile {
  const builder = new Builder();
  const scripts = new Map<string, Script>();
  for (const functions of parts.flatMap((part) => part.scripts)) {
    const script = scripts.has(functions.url) ? undefined : Script.load(functions);
    if (script) scripts.set(functions.url, script);
  }
  const calls = new Calls(scripts);
  for (const { profile } of parts) calls.note(profile.nodes);
  for (const part of parts) new Thread(part, calls, builder).add();
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
  /** Its function, if the script is known. */
  readonly seen: Seen | undefined;
  /** True in what makes the profile, and in what that calls. */
  readonly profiler: boolean;
  /** The frames of whoever called it, once somebody has asked. */
  callers?: readonly Frame[];
}

/** One or more looks that found the thread at a stack. */
interface Look {
  readonly stack: readonly Frame[];
  readonly count: number;
  /** Real time. */
  readonly ns: number;
}

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
    const looks = [...spent].flatMap(([id, { count, us }]) => this.#looksAt(this.#nodes.get(id)!, count, us));
    const real = looks.reduce((sum, { ns }) => sum + ns, 0);
    // A thread that wants to run may have to wait for a core: that is in the time between two looks, and no processor time.
    const share = Math.min(1, (this.#part.cpuNs ?? real) / real);
    for (const { stack, count, ns } of looks) {
      const { frames, labels } = ofGoroutine(stack, this.#part.p);
      this.#builder.add(frames, [count, Math.round(ns * share)], labels);
    }
  }

  #link(nodes: readonly Profiler.ProfileNode[]): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const add = (node: Profiler.ProfileNode, caller: Node | undefined) => {
      const profiler = caller?.profiler || PROFILER.test(node.callFrame.url);
      const linked: Node = { node, caller, seen: this.#calls.seen(node.callFrame), profiler };
      this.#nodes.set(node.id, linked);
      for (const child of node.children ?? []) add(byId.get(child)!, linked);
    };
    if (nodes[0]) add(nodes[0], undefined);
  }

  /** Looks that found the thread running at this node, with the stacks that they found: the lines of the node share its time. */
  #looksAt(at: Node, count: number, us: number): Look[] {
    const { functionName: name, url } = at.node.callFrame;
    if (at.profiler || (NOTHING.includes(name) && url === '')) return [];
    const callers = this.#callers(at);
    const seen = this.#seenCallers(at);
    const ticks = at.node.positionTicks ?? [{ line: at.node.callFrame.lineNumber + 1, ticks: count }];
    const all = ticks.reduce((sum, tick) => sum + tick.ticks, 0);
    return ticks.flatMap(({ line, ticks: some }) => {
      const stack = [this.#frame(at, line, seen), ...callers];
      const [leaf] = stack[0]!;
      if (SLEEPING.includes(leaf!.name) && inRuntime(leaf!.file)) return [];
      return [{ stack, count: some, ns: (us * NS_PER_US * some) / all }];
    });
  }

  /** The frames of whoever called the node, the innermost first, each at the line of its call. */
  #callers(at: Node): readonly Frame[] {
    at.callers ??= this.#callersOf(at);
    return at.callers;
  }

  #callersOf({ node, caller }: Node): readonly Frame[] {
    if (caller?.caller === undefined) return []; // V8's own root
    const { seen } = caller;
    const { functionName: called } = node.callFrame;
    const frame = seen ? place(seen, seen.script.callLine(seen.fn, called)) : placeOf(caller.node.callFrame);
    return [[frame], ...this.#callers(caller)];
  }

  /** The functions that called the node, the innermost first, as far as their scripts are known. */
  #seenCallers({ caller }: Node): Seen[] {
    const seen: Seen[] = [];
    for (let at = caller; at !== undefined && seen.length < NEAR; at = at.caller) {
      if (at.seen) seen.push(at.seen);
    }
    return seen;
  }

  /** The frame of a node that V8 has seen at this line (from 1), which may be one of a function that it has put there. */
  #frame({ node, seen }: Node, line: number, callers: readonly Seen[]): Frame {
    if (seen === undefined) return [placeOf(node.callFrame)];
    const { fn, script } = seen;
    if (hasLine(fn, line)) return [place(seen, line)];
    const known = this.#calls.within(seen, line, callers);
    if (known) return known.map((at) => place(at, at.line));
    return script.within(fn, line).map((at) => place({ ...seen, fn: at.fn }, at.line));
  }
}

/** A line (from 1) in a function. */
function place({ url, script, fn }: Seen, line: number): Place {
  const { line: startLine } = placeAt(url, fn.name, fn.line, script.column(fn.line));
  return { ...placeAt(url, fn.name, line, script.column(line)), startLine };
}

/** The beginning of a function whose script cannot be read. */
function placeOf({ url, functionName, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']): Place {
  return placeAt(url, functionName, lineNumber + 1, columnNumber + 1);
}
