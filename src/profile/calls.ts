// Who has been seen to call whom. Before V8 puts functions into their callers it runs them as they are, and its profiler
// sees that as well: from there it is known which function a line may be of that is not in the caller's own text.

import type { Profiler } from 'node:inspector';
import { hasLine, type Script, type ScriptFunction } from './script.js';

type CallFrame = Profiler.ProfileNode['callFrame'];

/** A function that has been seen. */
export interface Seen {
  readonly url: string;
  readonly script: Script;
  readonly fn: ScriptFunction;
}

/** A line in such a function. */
type SeenAt = Seen & { readonly line: number };

/** One that was seen to be called by another, at some remove. */
interface Called {
  /** From it up to the one that `from` called itself. */
  readonly path: readonly Seen[];
  /** Looks at which V8 found it running. */
  hits: number;
}

/** Calls between a function and one that V8 has put into it. */
const DEPTH = 6;

export class Calls {
  readonly #scripts: ReadonlyMap<string, Script>;
  /** For each function, by where it is, those that it was seen to call. */
  readonly #called = new Map<string, Map<string, Called>>();

  /** @param scripts by URL */
  constructor(scripts: ReadonlyMap<string, Script>) {
    this.#scripts = scripts;
  }

  /** The function of a frame, if its script is known. */
  seen({ url, lineNumber, columnNumber }: CallFrame): Seen | undefined {
    const script = this.#scripts.get(url);
    const fn = script?.beginningAt(lineNumber, columnNumber);
    return script && fn && { url, script, fn };
  }

  /** Notes all calls of a thread's tree. */
  note(nodes: readonly Profiler.ProfileNode[]): void {
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const walk = (node: Profiler.ProfileNode, callers: readonly Seen[]) => {
      const seen = this.seen(node.callFrame);
      const path = seen === undefined ? [] : [seen, ...callers].slice(0, DEPTH);
      if (seen !== undefined) this.#noteAll(path, node.hitCount ?? 0);
      for (const child of node.children ?? []) walk(byId.get(child)!, path);
    };
    if (nodes[0]) walk(nodes[0], []);
  }

  /** The first of these was called by the second, and so on. */
  #noteAll(path: readonly Seen[], hits: number): void {
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
   * What was running, the innermost first and `from` last, when V8 saw `from` at a line that is not its own: a function that
   * it has been seen to call, or that such a one calls; of several the one that was found running most. Or else one of another
   * script, whose name is called in the text of `from` or of its callers, who may have handed it on.
   */
  within(from: Seen, line: number, callers: readonly Seen[]): readonly SeenAt[] | undefined {
    return this.#seenWithin(from, line) ?? this.#namedWithin(from, line, callers);
  }

  #seenWithin(from: Seen, line: number): readonly SeenAt[] | undefined {
    const called = [...(this.#called.get(keyOf(from))?.values() ?? [])].sort((a, b) => b.hits - a.hits);
    for (const { path } of called) {
      const [first, ...rest] = path as readonly [Seen, ...Seen[]];
      if (hasLine(first.fn, line)) return withCallers([{ ...first, line }], [...rest, from]);
    }
    for (const { path } of called) {
      const [first, ...rest] = path as readonly [Seen, ...Seen[]];
      const inner = first.script.within(first.fn, line).map((at) => ({ ...first, ...at }));
      if (inner.length > 1) return withCallers(inner, [...rest, from]);
    }
    return undefined;
  }

  #namedWithin(from: Seen, line: number, callers: readonly Seen[]): readonly SeenAt[] | undefined {
    const names = new Set([from, ...callers].flatMap(({ script, fn }) => [...script.calledIn(fn)]));
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

/** These, and who called them, each at the line of its call. */
function withCallers(inner: readonly SeenAt[], callers: readonly Seen[]): readonly SeenAt[] {
  const all = [...inner];
  for (const caller of callers) all.push({ ...caller, line: caller.script.callLine(caller.fn, all.at(-1)!.fn.name) });
  return all;
}

function keyOf({ url, fn }: Seen): string {
  return `${url} ${fn.start}`;
}
