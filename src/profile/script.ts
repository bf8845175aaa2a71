// A compiled script: which function a line is in, and which functions lie between two of them.
//
// V8 puts small functions into their callers. Its profiler then names the caller, with the line in the function that was put
// into it: `fillRow`, at a line of `paint`. Which calls lead from one to the other is not said. So they are looked for in
// the text: fillRow has `fillPixel(` in it, and fillPixel has `paint(`.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptFunctions } from '../runtime/profiling/part.js';

/** A function of a script. */
export interface ScriptFunction {
  readonly name: string;
  /** Characters of the script, from and to. */
  readonly start: number;
  readonly end: number;
  /** Its first and its last line, from 1. */
  readonly line: number;
  readonly lastLine: number;
}

/** A function, and a line in it. */
export interface At {
  readonly fn: ScriptFunction;
  readonly line: number;
}

/** A function that calls lead to, and the callers in between. */
interface Reached {
  readonly fn: ScriptFunction;
  readonly path: readonly At[];
}

/** A call, up to its arguments. */
const CALL = /#?[\w$]+\(/g;
/** Calls from one function to the next that are followed. */
const DEPTH = 4;

export class Script {
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  /** From the first to the last, the outer ones before those within. */
  readonly #functions: readonly ScriptFunction[];
  readonly #paths = new Map<string, readonly At[]>();
  readonly #namesIn = new Map<ScriptFunction, ReadonlySet<string>>();
  readonly #calleesOf = new Map<ScriptFunction, readonly ScriptFunction[]>();

  /** @param functions as V8 knows them */
  constructor(text: string, functions: ScriptFunctions['functions']) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
    this.#functions = functions
      .map((f) => ({ ...f, line: this.#lineAt(f.start), lastLine: this.#lineAt(f.end - 1) }))
      .sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** The script in a file; undefined if it is in none that can be read. */
  static load({ url, functions }: ScriptFunctions): Script | undefined {
    try {
      return url.startsWith('file:') ? new Script(readFileSync(fileURLToPath(url), 'utf8'), functions) : undefined;
    } catch {
      return undefined; // it has been made in memory, or is gone: V8's own words have to do
    }
  }

  /** The function that V8 says begins at this line and column (from 0). */
  beginningAt(line: number, column: number): ScriptFunction | undefined {
    const at = (this.#lineStarts[line] ?? 0) + column;
    return this.#functions.findLast((f) => f.start <= at && at < f.end);
  }

  /** The column (from 1) where the text of a line (from 1) begins. */
  column(line: number): number {
    const start = this.#lineStarts[line - 1] ?? 0;
    return 1 + Math.max(0, this.#text.slice(start, start + 1000).search(/\S/));
  }

  /** What was running, the innermost first, when V8 saw `fn` at this line: `fn` alone, or what was put into it as well. */
  within(fn: ScriptFunction, line: number): readonly At[] {
    const target = this.#functionAt(line);
    if (target === fn) return [{ fn, line }];
    if (target === undefined) return [{ fn, line: fn.line }]; // a line of another script
    const key = `${fn.start} ${target.start}`;
    let path = this.#paths.get(key);
    if (path === undefined) {
      path = this.#path(fn, target);
      this.#paths.set(key, path);
    }
    // No call leads there: the line is one of another script, from which something was put into this.
    return path.length === 0 ? [{ fn, line: fn.line }] : [{ fn: target, line }, ...path];
  }

  /** The line at which `fn` calls a function of this name; where it begins, if no call is seen. */
  callLine(fn: ScriptFunction, name: string): number {
    const at = this.#text.slice(fn.start, fn.end).indexOf(`${short(name)}(`, fn.name.length + 1);
    return at < 0 ? fn.line : this.#lineAt(fn.start + at);
  }

  #functionAt(line: number): ScriptFunction | undefined {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return undefined;
    const at = start + this.column(line) - 1;
    return this.#functions.findLast((f) => f.start <= at && at < f.end);
  }

  /** The callers from the one of `target` up to `from`, each at the line of its call; empty if there is no way. */
  #path(from: ScriptFunction, target: ScriptFunction): readonly At[] {
    const reached = new Set([from]);
    let heads: readonly Reached[] = [{ fn: from, path: [] }];
    for (let depth = 0; depth < DEPTH; depth++) {
      const next: Reached[] = [];
      for (const { fn, path } of heads) {
        for (const callee of this.#callees(fn)) {
          if (reached.has(callee)) continue;
          reached.add(callee);
          const longer = [{ fn, line: this.callLine(fn, callee.name) }, ...path];
          if (callee === target) return longer;
          next.push({ fn: callee, path: longer });
        }
      }
      heads = next;
    }
    return [];
  }

  /** Names of what is called in the text of `fn`. */
  calledIn(fn: ScriptFunction): ReadonlySet<string> {
    let names = this.#namesIn.get(fn);
    if (names === undefined) {
      const calls = this.#text.slice(fn.start + fn.name.length + 1, fn.end).match(CALL) ?? [];
      names = new Set(calls.map((call) => call.slice(0, -1)));
      this.#namesIn.set(fn, names);
    }
    return names;
  }

  /** The same as within() of a function of this name that leads to the line; undefined if none does. */
  withinNamed(name: string, line: number): readonly At[] | undefined {
    for (const fn of this.#functions) {
      if (short(fn.name) !== name) continue;
      const inner = this.within(fn, line);
      if (inner.length > 1 || hasLine(fn, line)) return inner;
    }
    return undefined;
  }

  /** The functions whose names are called in the text of `fn`, and those within it. */
  #callees(fn: ScriptFunction): readonly ScriptFunction[] {
    const known = this.#calleesOf.get(fn);
    if (known !== undefined) return known;
    const called = this.calledIn(fn);
    const callees = this.#functions.filter(
      (f) => f !== fn && (called.has(short(f.name)) || (fn.start < f.start && f.end < fn.end)),
    );
    this.#calleesOf.set(fn, callees);
    return callees;
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/** True if the line is in the text of the function. */
export function hasLine({ line: first, lastLine }: ScriptFunction, line: number): boolean {
  return first <= line && line <= lastLine;
}

/** A function's name as its callers write it: without its class. */
function short(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
