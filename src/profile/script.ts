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
  /** The first of its lines, from 1. */
  readonly line: number;
}

/** A function, and a line in it. */
export interface At {
  readonly fn: ScriptFunction;
  readonly line: number;
}

/** Calls from one function to the next that are followed. */
const DEPTH = 4;

export class Script {
  readonly #text: string;
  readonly #lineStarts: number[] = [0];
  /** From the first to the last, the outer ones before those within. */
  readonly #functions: readonly ScriptFunction[];
  readonly #paths = new Map<string, readonly At[]>();

  /** @param functions as V8 knows them */
  constructor(text: string, functions: ScriptFunctions['functions']) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lineStarts.push(at + 1);
    this.#functions = functions
      .map((f) => ({ ...f, line: this.#lineAt(f.start) }))
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
    if (target === undefined || target === fn) return [{ fn, line }];
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
    const at = (this.#lineStarts[line - 1] ?? 0) + this.column(line) - 1;
    return this.#functions.findLast((f) => f.start <= at && at < f.end);
  }

  /** The callers from the one of `target` up to `from`, each at the line of its call; empty if there is no way. */
  #path(from: ScriptFunction, target: ScriptFunction): readonly At[] {
    let ends: readonly (readonly At[])[] = [[]];
    let heads = [from];
    for (let depth = 0; depth < DEPTH; depth++) {
      const nextHeads: ScriptFunction[] = [];
      const nextEnds: (readonly At[])[] = [];
      for (const [k, head] of heads.entries()) {
        for (const callee of this.#callees(head)) {
          const path = [{ fn: head, line: this.callLine(head, callee.name) }, ...ends[k]!];
          if (callee === target) return path;
          nextHeads.push(callee);
          nextEnds.push(path);
        }
      }
      heads = nextHeads;
      ends = nextEnds;
    }
    return [];
  }

  #callees(fn: ScriptFunction): ScriptFunction[] {
    const text = this.#text.slice(fn.start, fn.end);
    return this.#functions.filter(
      (f) =>
        f !== fn && (text.includes(`${short(f.name)}(`, fn.name.length + 1) || (fn.start < f.start && f.end < fn.end)),
    );
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

/** A function's name as its callers write it: without its class. */
function short(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
