// Observed calls: which function called which one in V8's samples. V8 runs a function as it is before it inlines it into its
// callers, and samples of that time show to which function a line may belong that is not in the text of the caller.

import type { Profiler } from 'node:inspector';
import { hasLine, type Script, type ScriptFunction } from './script.js';

type CallFrame = Profiler.ProfileNode['callFrame'];

/** A function that V8 has sampled. */
export interface Sampled {
  readonly url: string;
  readonly script: Script;
  readonly fn: ScriptFunction;
}

/** A line in such a function. */
type SampledAt = Sampled & { readonly line: number };

/** A function that was called by another one, directly or over others. */
interface Called {
  /** From that function up to the one that the caller called directly. */
  readonly path: readonly Sampled[];
  /** Number of samples in which it ran. */
  hits: number;
}

/** Most calls between a function and one that V8 has inlined into it. */
const DEPTH = 6;

/** The observed calls of all threads. */
export class Calls {
  readonly #scripts: ReadonlyMap<string, Script>;
  /** By key of a function: the functions that it called, by key. */
  readonly #called = new Map<string, Map<string, Called>>();

  /** @param scripts by URL */
  constructor(scripts: ReadonlyMap<string, Script>) {
    this.#scripts = scripts;
  }

  /** The function of a frame, if its script is known. */
  sampled({ url, lineNumber, columnNumber }: CallFrame): Sampled | undefined {
    const script = this.#scripts.get(url);
    const fn = script?.beginningAt(lineNumber, columnNumber);
    return script && fn && { url, script, fn };
  }

  /** Adds all calls of a thread's call tree. */
  add(nodes: readonly Profiler.ProfileNode[]): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const walk = (node: Profiler.ProfileNode, callers: readonly Sampled[]) => {
      const sampled = this.sampled(node.callFrame);
      const path = sampled === undefined ? [] : [sampled, ...callers].slice(0, DEPTH);
      if (sampled !== undefined) this.#addPath(path, node.hitCount ?? 0);
      for (const child of node.children ?? []) walk(byId.get(child)!, path);
    };
    if (nodes[0]) walk(nodes[0], []);
  }

  /** Adds a path in which the first function was called by the second, and so on. */
  #addPath(path: readonly Sampled[], hits: number): void {
    for (let k = 1; k < path.length; k++) {
      const key = keyOf(path[k]!);
      let called = this.#called.get(key);
      if (called === undefined) {
        called = new Map();
        this.#called.set(key, called);
      }
      const callee = keyOf(path[0]!);
      const known = called.get(callee);
      if (known === undefined) called.set(callee, { path: path.slice(0, k), hits });
      else known.hits += hits;
    }
  }

  /**
   * The functions that ran, the innermost first and `from` last, when V8 sampled `from` at a line outside of its text. V8 does
   * not say which script the line is of, so functions of several scripts may have it. In this order:
   *
   *   1. a function of the same script that `from` called in other samples, or one that such a function calls;
   *   2. a function of the same script that is reached by calls in the text of `from`;
   *   3. a function of another script whose name is called in the text of `from`;
   *   4. a function of another script that `from` called in other samples;
   *   5. one whose name is called in the text of the callers of `from`, which may have passed it as an argument.
   *
   * 2 and 3 are before 4, because code that V8 has inlined before the profile began was never sampled by itself.
   */
  within(from: Sampled, line: number, callers: readonly Sampled[]): readonly SampledAt[] | undefined {
    const sampled = this.#sampledWithin(from, line);
    if (sampled?.[0]?.script === from.script) return sampled;
    const reached = from.script.within(from.fn, line);
    if (reached.length > 1) return reached.map((at) => ({ ...from, ...at }));
    return this.#namedWithin(from, line, [from]) ?? sampled ?? this.#namedWithin(from, line, callers);
  }

  #sampledWithin(from: Sampled, line: number): readonly SampledAt[] | undefined {
    const called = [...(this.#called.get(keyOf(from))?.values() ?? [])].sort((a, b) => b.hits - a.hits);
    for (const { path } of called) {
      const [first, ...rest] = path as readonly [Sampled, ...Sampled[]];
      if (hasLine(first.fn, line)) return withCallers([{ ...first, line }], [...rest, from]);
    }
    for (const { path } of called) {
      const [first, ...rest] = path as readonly [Sampled, ...Sampled[]];
      const inner = first.script.within(first.fn, line).map((at) => ({ ...first, ...at }));
      if (inner.length > 1) return withCallers(inner, [...rest, from]);
    }
    return undefined;
  }

  #namedWithin(from: Sampled, line: number, texts: readonly Sampled[]): readonly SampledAt[] | undefined {
    const names = new Set(texts.flatMap(({ script, fn }) => [...script.calledIn(fn)]));
    const others = [...this.#scripts].filter(([, script]) => script !== from.script);
    for (const name of names) {
      for (const [url, script] of others) {
        const inner = script.withinNamed(name, line)?.map((at) => ({ url, script, ...at }));
        if (inner) return withCallers(inner, [from]);
      }
    }
    return undefined;
  }
}

/** The functions and their callers, each at the line of its call. */
function withCallers(inner: readonly SampledAt[], callers: readonly Sampled[]): readonly SampledAt[] {
  const all = [...inner];
  for (const caller of callers) all.push({ ...caller, line: caller.script.callLine(caller.fn, all.at(-1)!.fn.name) });
  return all;
}

function keyOf({ url, fn }: Sampled): string {
  return `${url} ${fn.start}`;
}
