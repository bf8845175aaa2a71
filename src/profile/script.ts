// Scripts as V8 has compiled them: to which function a line belongs, and which calls lead from one function to another.
//
// V8 inlines small functions into their callers. Its profiler then names the caller, with the line of the inlined function:
// `fillRow`, at a line of `paint`. The calls between the two are not recorded, so they are searched in the text: fillRow
// contains `fillPixel(`, and fillPixel contains `paint(`.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ScriptFunctions } from '../runtime/profiling/part.js';

/** A function of a script. */
export interface ScriptFunction {
  readonly name: string;
  /** Offsets in the script, from and to, in characters. */
  readonly start: number;
  readonly end: number;
  /** The first and the last line, from 1. */
  readonly line: number;
  readonly lastLine: number;
}

/** A line in a function. */
export interface At {
  readonly fn: ScriptFunction;
  readonly line: number;
}

/** A function that is reached by calls, and the callers on the path. */
interface Reached {
  readonly fn: ScriptFunction;
  readonly path: readonly At[];
}

/** Matches a call up to its arguments. */
const CALL = /#?[\w$]+\(/g;
/** Most calls on a path from a function to an inlined one. */
const DEPTH = 4;

/** A script and its functions. */
export class Script {
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  /** By position, outer functions before inner ones. */
  readonly #functions: readonly ScriptFunction[];
  readonly #paths = new Map<string, readonly At[]>();
  readonly #namesIn = new Map<ScriptFunction, ReadonlySet<string>>();
  readonly #calleesOf = new Map<ScriptFunction, readonly ScriptFunction[]>();

  /** @param functions the functions that V8 has compiled */
  constructor(text: string, functions: ScriptFunctions['functions']) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
    this.#functions = functions
      .map((f) => ({ ...f, line: this.#lineAt(f.start), lastLine: this.#lineAt(f.end - 1) }))
      .sort((a, b) => a.start - b.start || b.end - a.end);
  }

  /** Loads a script from its file; undefined if that cannot be read. */
  static load({ url, functions }: ScriptFunctions): Script | undefined {
    try {
      return url.startsWith('file:') ? new Script(readFileSync(fileURLToPath(url), 'utf8'), functions) : undefined;
    } catch {
      return undefined; // made in memory, or deleted: then profiles have V8's names and lines
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

  /** The functions that ran, the innermost first, when V8 sampled `fn` at this line: inlined ones, if any, then `fn`. */
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
    // No call leads there: the line belongs to a function of another script that was inlined.
    return path.length === 0 ? [{ fn, line: fn.line }] : [{ fn: target, line }, ...path];
  }

  /** The line at which `fn` calls a function of this name; its first line, if no call is found. */
  callLine(fn: ScriptFunction, name: string): number {
    const at = this.#text.slice(fn.start, fn.end).indexOf(`${bareName(name)}(`, fn.name.length + 1);
    return at < 0 ? fn.line : this.#lineAt(fn.start + at);
  }

  #functionAt(line: number): ScriptFunction | undefined {
    const start = this.#lineStarts[line - 1];
    if (start === undefined) return undefined;
    const at = start + this.column(line) - 1;
    return this.#functions.findLast((f) => f.start <= at && at < f.end);
  }

  /** The callers of `target` up to `from`, each at the line of its call; empty if there is no path. */
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

  /** Names of the functions that are called in the text of `fn`. */
  calledIn(fn: ScriptFunction): ReadonlySet<string> {
    let names = this.#namesIn.get(fn);
    if (names === undefined) {
      const calls = this.#text.slice(fn.start + fn.name.length + 1, fn.end).match(CALL) ?? [];
      names = new Set(calls.map((call) => call.slice(0, -1)));
      this.#namesIn.set(fn, names);
    }
    return names;
  }

  /** within() of the first function of this name that leads to the line; undefined if none does. */
  withinNamed(name: string, line: number): readonly At[] | undefined {
    for (const fn of this.#functions) {
      if (bareName(fn.name) !== name) continue;
      const inner = this.within(fn, line);
      if (inner.length > 1 || hasLine(fn, line)) return inner;
    }
    return undefined;
  }

  /** The functions whose names are called in the text of `fn`, and the functions inside of it. */
  #callees(fn: ScriptFunction): readonly ScriptFunction[] {
    const known = this.#calleesOf.get(fn);
    if (known !== undefined) return known;
    const called = this.calledIn(fn);
    const callees = this.#functions.filter(
      (f) => f !== fn && (called.has(bareName(f.name)) || (fn.start < f.start && f.end < fn.end)),
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

/** A function's name as in a call: without its class. */
function bareName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
