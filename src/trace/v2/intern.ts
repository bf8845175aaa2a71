// Tables that grow over the generations of a trace: texts, frames and stacks. A generation has tables of its own, in which an
// id means something else than in the generation before; so each entry is looked up here by its content, and gets an index
// that stays the same to the end of the trace.

import { withRoom } from '../columns.js';
import { IdMap } from '../idmap.js';
import type { Frames, Stacks } from '../model.js';

// The runtime cuts texts at a length in bytes, if need be within a character: what is left of it becomes U+FFFD.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** The texts. Index 0 is the empty one. */
export class Texts {
  /** The texts, by index. */
  readonly texts: string[] = [''];
  readonly #index = new Map<string, number>([['', 0]]);
  /** The bytes of texts that are not valid UTF-8, by index, and the indices by those bytes. */
  readonly #raw = new Map<number, Uint8Array>();
  readonly #byRaw = new Map<string, number>();

  /** The index of the text with these bytes, which is added if it is new. */
  indexOf(bytes: Uint8Array): number {
    const text = decoder.decode(bytes);
    if (text.includes('\ufffd') && !isEqual(encoder.encode(text), bytes)) return this.#indexOfRaw(bytes, text);
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** The bytes of text `index` if they are not valid UTF-8. */
  rawOf(index: number): Uint8Array | undefined {
    return this.#raw.get(index);
  }

  #indexOfRaw(bytes: Uint8Array, text: string): number {
    const key = String.fromCharCode(...bytes);
    const known = this.#byRaw.get(key);
    if (known !== undefined) return known;
    const index = this.texts.push(text) - 1;
    this.#byRaw.set(key, index);
    this.#raw.set(index, bytes.slice());
    return index;
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The frames: equal ones, of whatever generation, are one. */
export class FrameTable {
  length = 0;
  /** Program counters, as words. */
  pc = new Float64Array(64);
  /** Functions and files: indices of texts. */
  func = new Uint32Array(64);
  file = new Uint32Array(64);
  /** Lines, as words. */
  line = new Float64Array(64);
  /** By program counter: the last frame that has it; and by frame the one before it, -1 at the end. */
  readonly #byPc = new IdMap();
  #before = new Int32Array(64);

  /** The index of a frame, which is added if it is new. */
  indexOf(pc: number, func: number, file: number, line: number): number {
    const last = this.#byPc.get(pc);
    for (let f = last; f >= 0; f = this.#before[f]!) {
      if (this.func[f] === func && this.file[f] === file && this.line[f] === line) return f;
    }
    const f = this.length++;
    this.pc = withRoom(this.pc, f);
    this.func = withRoom(this.func, f);
    this.file = withRoom(this.file, f);
    this.line = withRoom(this.line, f);
    this.#before = withRoom(this.#before, f);
    this.pc[f] = pc;
    this.func[f] = func;
    this.file[f] = file;
    this.line[f] = line;
    this.#before[f] = last;
    this.#byPc.set(pc, f);
    return f;
  }

  /** The frames in the form of the model. */
  build(): Frames {
    const n = this.length;
    const line = Uint32Array.from(this.line.subarray(0, n), (word) => (word < 0 ? 0 : Math.min(word, 0xffffffff)));
    return {
      length: n,
      pc: this.pc.slice(0, n),
      func: this.func.slice(0, n),
      file: this.file.slice(0, n),
      line,
    };
  }
}

/** The stacks: equal ones, of whatever generation, are one. Index 0 is no stack. */
export class StackTable {
  length = 1;
  /** By stack, with one more at the end: its first place in `frame`. */
  first = new Uint32Array(64);
  /** Indices of frames, leaf first. */
  frame = new Uint32Array(256);
  /** By hash of the frames: the last stack that has it; and by stack the one before it, -1 at the end. */
  readonly #byHash = new IdMap();
  #before = new Int32Array(64);

  /** The index of the stack whose frames are `frames[from]` to `frames[to - 1]`, which is added if it is new. */
  indexOf(frames: Uint32Array, from: number, to: number): number {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ frames[i]!, 0x9e3779b1) ^ (hash >>> 15);
    hash >>>= 0;
    const last = this.#byHash.get(hash);
    for (let s = last; s >= 0; s = this.#before[s]!) if (this.#has(s, frames, from, to)) return s;
    const s = this.length++;
    this.first = withRoom(this.first, s + 1);
    this.#before = withRoom(this.#before, s);
    let at = this.first[s]!;
    this.frame = withRoom(this.frame, at + to - from);
    for (let i = from; i < to; i++) this.frame[at++] = frames[i]!;
    this.first[s + 1] = at;
    this.#before[s] = last;
    this.#byHash.set(hash, s);
    return s;
  }

  #has(stack: number, frames: Uint32Array, from: number, to: number): boolean {
    const first = this.first[stack]!;
    if (this.first[stack + 1]! - first !== to - from) return false;
    for (let i = from; i < to; i++) if (this.frame[first + i - from] !== frames[i]) return false;
    return true;
  }

  /** The stacks in the form of the model. */
  build(): Stacks {
    return {
      length: this.length,
      first: this.first.slice(0, this.length + 1),
      frame: this.frame.slice(0, this.first[this.length]),
    };
  }
}

/** Ids of threads, Ps or goroutines, by index. Index 0 is "none", whose id is -1. */
export class Numbering {
  length = 1;
  /** By index: the id, as a word. */
  id = new Float64Array(64).fill(-1, 0, 1);
  readonly #index = new IdMap();

  constructor() {
    this.#index.set(-1, 0);
  }

  /** The index of `id`, -1 if it has none. */
  find(id: number): number {
    return this.#index.get(id);
  }

  /** The index of `id`, which gets one if it has none. */
  indexOf(id: number): number {
    const known = this.#index.get(id);
    return known >= 0 ? known : this.add(id);
  }

  /** Gives `id` a new index. */
  add(id: number): number {
    const index = this.length++;
    this.id = withRoom(this.id, index);
    this.id[index] = id;
    this.#index.set(id, index);
    return index;
  }

  /** Forgets `id`, which gets another index if it is seen again. */
  retire(id: number): void {
    if (id !== -1) this.#index.delete(id);
  }
}
