// The stacks of one P's events: walked when somebody asks, numbered, and written to the trace once. After
// traceStackTable in runtime/trace.go.
//
// A stack is, leaf first: the function of Go's library that stands for the operation, at the line of ours that does it;
// the program's own frames; and last the goroutine's body under its full name. Numbers of stacks and texts are handed out
// by every P on its own: P k of n gives k + 1, k + 1 + n, k + 1 + 2n...

import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { TraceFrame, Writer } from '../../trace/writer.js';
import { bodyAt, bodyName, bodyUrl, moduleName } from '../bodies.js';
import { callsBodies } from '../execute.js';
import { i32, P, pAddress } from '../memory.js';
import { originalPosition } from '../source.js';
import { leaf } from './kinds.js';

/** Our own files, whose frames are not the program's. */
const OURS = ['../../go/', '../'].map((room) => new URL(room, import.meta.url).href);
const BUILTIN = 'node:builtin';
/** Frames that are looked at: the program's, below ours. */
const DEPTH = 120;

export class StackTable {
  readonly #writer: Writer;
  readonly #pp: number;
  readonly #step: number;
  #nextStack: number;
  #nextText: number;
  readonly #texts = new Map<string, number>();
  readonly #stacks = new Map<string, number>();
  readonly #entries: number[] = [];
  /** What is still to be written: the frames of a stack, by number. */
  #pending: { readonly id: number; readonly frames: () => TraceFrame[] }[] = [];

  constructor(writer: Writer, id: number, procs: number) {
    this.#writer = writer;
    this.#pp = pAddress(id);
    this.#step = procs;
    this.#nextStack = id + 1;
    this.#nextText = id + 1;
    for (const word of [P.STACKSWRITTEN, P.STACKSTAKEN, P.TEXTSTAKEN]) this.#publish(word, id + 1);
    callSites(); // the first walk takes a millisecond: not while a goroutine waits for it
  }

  /** For whoever has to write the stacks of a thread that cannot. */
  #publish(word: number, next: number): void {
    i32[this.#pp + word] = next;
  }

  /** Number of a text; 0 for the empty one. One text has one number: tools match the ends of regions by it. */
  readonly text = (text: string): number => {
    if (text === '') return 0;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const id = this.#nextText;
    this.#nextText += this.#step;
    this.#publish(P.TEXTSTAKEN, this.#nextText);
    this.#texts.set(text, id);
    this.#writer.string(id, text);
    return id;
  };

  /** Number of the stack whose one frame is the function that goroutines with this body begin with. */
  entry(body: number): number {
    const known = this.#entries[body];
    if (known !== undefined) return known;
    const id = this.#number(() => [definition(body)]);
    this.#entries[body] = id;
    return id;
  }

  /** Number of the running goroutine's stack, at an event of this kind. */
  here(body: number, kind: number): number {
    const sites = callSites();
    let key = `${kind} ${body}`;
    for (const site of sites) {
      const url = urlOf(site);
      if (isOurs(url)) {
        if (key.includes('@') && callsBodies(site.getFunctionName() ?? '')) break;
      } else if (!isBuiltin(url)) key += `@${url}:${site.getPosition()}`;
    }
    const known = this.#stacks.get(key);
    if (known !== undefined) return known;
    const id = this.#number(() => framesOf(sites, body, kind));
    this.#stacks.set(key, id);
    return id;
  }

  /**
   * Numbers a stack. Its frames are found and written later: the sources and their maps have to be read for that, and a
   * goroutine that stood still for milliseconds would be another program than the one to look at.
   */
  #number(frames: () => TraceFrame[]): number {
    const id = this.#nextStack;
    this.#nextStack += this.#step;
    this.#publish(P.STACKSTAKEN, this.#nextStack);
    this.#pending.push({ id, frames });
    return id;
  }

  /** Writes the stacks that have been numbered since the last time. */
  flush(): void {
    for (const { id, frames } of this.#pending) this.#writer.stack(id, frames(), this.text);
    this.#pending = [];
    this.#publish(P.STACKSWRITTEN, this.#nextStack);
  }
}

function isOurs(url: string): boolean {
  return OURS.some((room) => url.startsWith(room));
}

function isBuiltin(url: string): boolean {
  return url.startsWith('node:');
}

interface Site {
  getFileName(): string | null | undefined;
  getFunctionName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getPosition(): number;
}

/** The stack as V8 has it, innermost first. */
function callSites(): Site[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_error, sites) => sites;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, callSites);
  const sites = holder.stack as Site[];
  Error.stackTraceLimit = stackTraceLimit;
  if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
  else Reflect.deleteProperty(Error, 'prepareStackTrace');
  return sites;
}

function framesOf(sites: readonly Site[], body: number, kind: number): TraceFrame[] {
  const frames: TraceFrame[] = [];
  let operation: Site | undefined;
  for (const site of sites) {
    const url = urlOf(site);
    if (isBuiltin(url)) continue;
    if (isOurs(url)) {
      if (frames.length === 0)
        operation = site; // the last before the program's own is what the program called
      else if (callsBodies(site.getFunctionName() ?? '')) break;
    } else frames.push(frameAt(site, `${moduleName(url)}.${site.getFunctionName() ?? 'func'}`));
  }
  const outermost = frames.pop();
  frames.push(outermost ? frame(bodyName(body), outermost.file, outermost.line) : definition(body));
  const name = leaf[kind];
  if (name !== undefined && operation !== undefined) frames.unshift(frameAt(operation, name));
  return frames;
}

/** Where the code is from: modules have URLs, what they `require` has paths, and what JavaScript itself brings neither. */
function urlOf(site: Site): string {
  const name = site.getFileName() ?? BUILTIN;
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

function frameAt(site: Site, func: string): TraceFrame {
  const at = originalPosition(urlOf(site), site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1);
  return frame(func, at.file, at.line);
}

/** Where a body is defined: its text is looked for in its module. */
function definition(body: number): TraceFrame {
  const url = bodyUrl(body);
  let line = 1;
  let column = 1;
  try {
    const text = readFileSync(fileURLToPath(url), 'utf8');
    const before = text.slice(0, Math.max(0, text.indexOf(String(bodyAt(body))))).split('\n');
    line = before.length;
    column = before.at(-1)!.length + 1;
  } catch {
    // a module that is no file: its first line stands for it
  }
  const at = originalPosition(url, line, column);
  return frame(bodyName(body), at.file, at.line);
}

function frame(func: string, file: string, line: number): TraceFrame {
  return { pc: pcOf(`${func}\n${file}\n${line}`), func, file, line };
}

/**
 * A program counter that stands for a frame. Tools group by it, so all Ps must give the same: a hash of 44 bits, so that
 * among some thousand frames no two are ever the same in practice; from 0x400000 on, as programs have them.
 */
function pcOf(key: string): number {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let k = 0; k < key.length; k++) {
    const c = key.charCodeAt(k);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
    b ^= b >>> 13;
  }
  const hash = (a >>> 0) * 2 ** 12 + (b >>> 20);
  return 0x400000 + 16 * hash + 1;
}
