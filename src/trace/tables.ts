// Tables of a trace file: strings, stacks and frames, and from ids in the file to indices in the model. Records of a table
// may precede or follow the records that use them, so the tables are complete only at the end of the file.

import { badBytes } from './error.js';
import type { Frames, Stacks } from './model.js';

/** Longest text in bytes: the limit of Go's parser. */
export const maxText = 1_000_000;
/** Most frames of a stack: the limit of Go's parser. */
export const maxFrames = 1000;

const utf8 = new TextDecoder();

/** Decodes UTF-8; invalid bytes become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** The strings, by their ids in the file. Index 0 is the empty one, also for ids that are never defined. */
export class Strings {
  /** The texts, by index. */
  readonly texts: string[] = [''];
  readonly #index = new Map<number, number>();

  /** Adds a text. @throws TraceError if the id is 0 or in use */
  add(id: number, text: string, offset: number): void {
    if (id === 0) throw badBytes(offset, 'a string has the id 0, which stands for no string');
    if (this.#index.has(id)) throw badBytes(offset, `a second string with the id ${id}`);
    this.#index.set(id, this.texts.length);
    this.texts.push(text);
  }

  /** The index of `id`; 0 if it is not defined. */
  index(id: number): number {
    return this.#index.get(id) ?? 0;
  }
}

/** The stacks, by their ids in the file. If two have the same id the later one is used, as in Go. */
export class StackTable {
  /** The numbers of all stacks as in the file, four per frame: pc, id of function, id of file, line. */
  readonly #words: number[] = [];
  /** By stack, with one more at the end: its first place in #words. Stack 0 is empty. */
  readonly #first: number[] = [0, 0];
  readonly #index = new Map<number, number>();
  #maxId = 0;

  /** Begins a stack, to which word() adds. */
  begin(id: number): void {
    this.#index.set(id, this.#first.length - 1);
    this.#first.push(this.#words.length);
    if (id > this.#maxId) this.#maxId = id;
  }

  /** Adds a number to the stack that was begun last. */
  word(n: number): void {
    this.#words.push(n);
    this.#first[this.#first.length - 1] = this.#words.length;
  }

  /** From ids to indices of stacks, for millions of look-ups. */
  ids(): IdTable {
    const ids = new IdTable(this.#index.size, this.#maxId);
    for (const [id, index] of this.#index) ids.set(id, index);
    return ids;
  }

  /** The stacks and frames of the model, where equal frames are one. */
  build(strings: Strings): { stacks: Stacks; frames: Frames } {
    const words = this.#words;
    const uses = words.length / 4;
    const first = Uint32Array.from(this.#first, (word) => word / 4);
    const frame = new Uint32Array(uses);
    const byPc = new Map<number, number>();
    const others = new Map<string, number>(); // frames whose pc stands for another place as well, which it should not
    const pc: number[] = [];
    const func: number[] = [];
    const file: number[] = [];
    const line: number[] = [];
    const add = (k: number): number => {
      pc.push(words[k]!);
      func.push(strings.index(words[k + 1]!));
      file.push(strings.index(words[k + 2]!));
      line.push(Math.min(words[k + 3]!, 0xffffffff));
      return pc.length - 1;
    };
    const isAt = (f: number, k: number): boolean =>
      func[f] === strings.index(words[k + 1]!) && file[f] === strings.index(words[k + 2]!) && line[f] === words[k + 3];
    for (let use = 0; use < uses; use++) {
      const k = 4 * use;
      let f = byPc.get(words[k]!);
      if (f === undefined) {
        f = add(k);
        byPc.set(words[k]!, f);
      } else if (!isAt(f, k)) {
        const key = words.slice(k, k + 4).join();
        f = others.get(key) ?? add(k);
        others.set(key, f);
      }
      frame[use] = f;
    }
    const frames = {
      length: pc.length,
      pc: Float64Array.from(pc),
      func: Uint32Array.from(func),
      file: Uint32Array.from(file),
      line: Uint32Array.from(line),
    };
    return { stacks: { length: first.length - 1, first, frame }, frames };
  }
}

// Go counts its ids from 1, so an array is enough for an honest file; a file whose ids are large gets a hash table with
// open addressing, whose size depends on the number of ids and not on how large they are.

/** Length up to which an array is always used. */
const SLACK = 1024;
/** Length up to which an array is used, in multiples of the number of ids. */
const SPARSE = 8;

/** A map from ids (integers from 0) to indices, for at most `count` ids, none above `max`. */
export class IdTable {
  readonly #dense: Int32Array | undefined;
  readonly #keys: Float64Array;
  readonly #values: Int32Array;
  readonly #mask: number;

  constructor(count: number, max: number) {
    const isDense = max < SPARSE * count + SLACK;
    const slots = isDense ? 1 : 2 ** Math.ceil(Math.log2(2 * count + 2));
    this.#dense = isDense ? new Int32Array(max + 1).fill(-1) : undefined;
    this.#keys = new Float64Array(slots).fill(-1);
    this.#values = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  /** The index of `id`, -1 if it is not in the map. */
  get(id: number): number {
    const dense = this.#dense;
    if (dense !== undefined) return id < dense.length ? dense[id]! : -1;
    const at = this.#find(id);
    return this.#keys[at] === id ? this.#values[at]! : -1;
  }

  /** Adds `id` with its index. */
  set(id: number, index: number): void {
    if (this.#dense !== undefined) {
      this.#dense[id] = index;
      return;
    }
    const at = this.#find(id);
    this.#keys[at] = id;
    this.#values[at] = index;
  }

  /** The slot that has `id`, or the free one for it: at least half of the slots are free. */
  #find(id: number): number {
    let at = mix(id) & this.#mask;
    while (this.#keys[at] !== id && this.#keys[at] !== -1) at = (at + 1) & this.#mask;
    return at;
  }
}

/** Hashes an integer to 32 bits (the multiplier is 2^32 divided by the golden ratio). */
export function mix(n: number): number {
  const h = Math.imul(n ^ (n / 4294967296), 0x9e3779b1);
  return h ^ (h >>> 15);
}
