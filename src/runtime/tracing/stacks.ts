// Stack table of one P: numbers stacks and texts, and writes each to the trace once. After traceStackTable in runtime/trace.go.
//
// Each P gives out numbers of its own: P k of n gives k + 1, k + 1 + n, k + 1 + 2n ...
//
// A site is a stack as V8 has it. With the name of what a goroutine waits for there (objects.ts) it becomes a stack of the trace,
// so one site may have as many stacks as there are objects.

import { OTHER_FILE, objectFile } from '../../trace/objects.js';
import type { TraceFrame, Writer } from '../../trace/writer.js';
import { field, type Offset, type PAddr } from '../memory/address.js';
import { P, pAddress } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { callSites, definition, frame, framesOf, pcOf, placeText, stackKey } from './frames.js';
import { leaf } from './kinds.js';
import { textOfObject } from './objects.js';

/** Stacks that were asked for last, which are found without a Map: a power of two. */
const RECENT = 1024;

interface Site {
  /** Leaf first. Reads sources and their maps. */
  readonly frames: () => readonly TraceFrame[];
  readonly kind: number;
}

export class StackTable {
  readonly #writer: Writer;
  readonly #pp: PAddr;
  readonly #step: number;
  #nextStack: number;
  #nextText: number;
  readonly #texts = new Map<string, number>();
  readonly #madeTexts = new Map<string, number>();
  readonly #sites: Site[] = [];
  readonly #sets: (readonly number[])[] = [];
  readonly #siteNumbers = new Map<string, number>();
  /** By site * 2^32 + name: the stack. */
  readonly #stacks = new Map<number, number>();
  readonly #recentSite = new Int32Array(RECENT);
  readonly #recentName = new Int32Array(RECENT);
  readonly #recentStack = new Int32Array(RECENT);
  readonly #entries: number[] = [];
  /** Stacks and texts that are numbered and not written yet. */
  #pending: { readonly id: number; readonly frames: () => readonly TraceFrame[] }[] = [];
  #pendingTexts: { readonly id: number; readonly text: () => string }[] = [];

  constructor(writer: Writer, id: number, procs: number) {
    this.#writer = writer;
    this.#pp = pAddress(id);
    this.#step = procs;
    this.#nextStack = id + 1;
    this.#nextText = id + 1;
    for (const word of [P.STACKSWRITTEN, P.STACKSTAKEN, P.TEXTSTAKEN]) this.#publish(word, id + 1);
    callSites(); // the first walk takes a millisecond, and would delay a goroutine later
  }

  /** Writes a number to the shared memory, for Node's main thread, which numbers the unknown stacks of an ended thread. */
  #publish(word: Offset<'P'>, next: number): void {
    i32[field(this.#pp, word)] = next;
  }

  /** Number of a text; 0 for the empty one. One text has one number: tools match the ends of regions by it. */
  readonly text = (text: string): number => {
    if (text === '') return 0;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const id = this.#takeText();
    this.#texts.set(text, id);
    this.#writer.string(id, text);
    return id;
  };

  #takeText(): number {
    const id = this.#nextText;
    this.#nextText += this.#step;
    this.#publish(P.TEXTSTAKEN, this.#nextText);
    return id;
  }

  /** Number of the text that says what an object is, and that it was made at this site. */
  madeText(kind: string, site: number): number {
    const key = `${site} ${kind}`;
    const known = this.#madeTexts.get(key);
    if (known !== undefined) return known;
    const id = this.#textLater(() => {
      const { file, line } = this.#sites[site - 1]!.frames()[0]!;
      return objectFile(kind, `${file}:${line}`);
    });
    this.#madeTexts.set(key, id);
    return id;
  }

  /** The same for an object that was made at a place as V8 gives it, `URL:line:column`; '' if that is not known. */
  declaredText(kind: string, place: string): number {
    return this.#textLater(() => objectFile(kind, place === '' ? '' : placeText(place)));
  }

  /** Numbers a text that is found and written later. */
  #textLater(text: () => string): number {
    const id = this.#takeText();
    this.#pendingTexts.push({ id, text });
    return id;
  }

  /** Number of the stack whose one frame is the function that goroutines with this body begin with. */
  entry(body: number): number {
    const known = this.#entries[body];
    if (known !== undefined) return known;
    const id = this.#number(() => [definition(body)]);
    this.#entries[body] = id;
    return id;
  }

  /** Number of the site of the running goroutine, from 1, at an event of this kind. */
  here(body: number, kind: number): number {
    const calls = callSites();
    const key = stackKey(calls, body, kind);
    const known = this.#siteNumbers.get(key);
    if (known !== undefined) return known;
    let frames: readonly TraceFrame[] | undefined;
    const number = this.#sites.push({ frames: () => (frames ??= framesOf(calls, body, kind)), kind });
    this.#siteNumbers.set(key, number);
    return number;
  }

  /** Number of the stack of an event at this site, which is a wait for the object with this name; 0 if it is none. */
  stack(site: number, name: number): number {
    const slot = (Math.imul(site, 31) + name) & (RECENT - 1);
    if (this.#recentSite[slot] === site && this.#recentName[slot] === name) return this.#recentStack[slot]!;
    const key = site * 2 ** 32 + (name >>> 0);
    let id = this.#stacks.get(key);
    if (id === undefined) {
      id = this.#number(() => this.#framesOf(site, name));
      this.#stacks.set(key, id);
    }
    this.#recentSite[slot] = site;
    this.#recentName[slot] = name;
    this.#recentStack[slot] = id;
    return id;
  }

  #framesOf(site: number, name: number): readonly TraceFrame[] {
    const { frames, kind } = this.#sites[site - 1]!;
    const func = leaf[kind];
    if (name === 0 || func === undefined) return frames();
    const calls = frames()[0]!.func === func ? frames().slice(1) : frames();
    return [...(name < 0 ? this.#sets[-name - 1]! : [name]).map((number) => this.#objectFrame(func, number)), ...calls];
  }

  /** The frame that names an object: every P writes the same. */
  #objectFrame(func: string, number: number): TraceFrame {
    const fileId = textOfObject(number);
    if (fileId === 0) return frame(func, OTHER_FILE, 0);
    return { pc: pcOf(`${func}\n${fileId}\n${number}`), func, file: '', fileId, line: number };
  }

  /** The name of these objects as a set, for stack(): negative. */
  setOf(numbers: readonly number[]): number {
    return -this.#sets.push(numbers);
  }

  /**
   * Numbers a stack. Its frames are found and written later, because sources and their maps must be read for that: a goroutine
   * that is delayed by milliseconds is not the run that is to be traced.
   */
  #number(frames: () => readonly TraceFrame[]): number {
    const id = this.#nextStack;
    this.#nextStack += this.#step;
    this.#publish(P.STACKSTAKEN, this.#nextStack);
    this.#pending.push({ id, frames });
    return id;
  }

  /** Writes the stacks and texts that have been numbered since the last call. @param makeRoom is called if there may be none */
  flush(makeRoom: () => void): void {
    for (const { id, text } of this.#pendingTexts) {
      if (!this.#writer.hasRoom) makeRoom();
      this.#writer.string(id, text());
    }
    for (const { id, frames } of this.#pending) {
      if (!this.#writer.hasRoom) makeRoom();
      this.#writer.stack(id, frames(), this.text);
    }
    this.#pendingTexts = [];
    this.#pending = [];
    this.#publish(P.STACKSWRITTEN, this.#nextStack);
  }
}
