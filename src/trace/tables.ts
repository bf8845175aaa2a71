// Tables of a trace file of format v1: strings, stacks and frames, and from ids in the file to indices in the model. Records of a
// table may precede or follow the records that use them, so the tables are complete only at the end of the file.

import { badBytes } from './error.js';
import { IdMap } from './idmap.js';
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

/** The strings, by their ids in the file, and texts without an id. Index 0 is the empty one, also for ids that are never defined. */
export class Strings {
  /** The texts, by index. */
  readonly texts: string[] = [''];
  readonly #index = new Map<number, number>();
  readonly #byText = new Map<string, number>([['', 0]]);

  /** Adds a text. @throws TraceError if the id is 0 or in use */
  add(id: number, text: string, offset: number): void {
    if (id === 0) throw badBytes(offset, 'a string has the id 0, which stands for no string');
    if (this.#index.has(id)) throw badBytes(offset, `a second string with the id ${id}`);
    this.#index.set(id, this.texts.length);
    this.#byText.set(text, this.texts.length);
    this.texts.push(text);
  }

  /** True if `id` is defined, or stands for no string. */
  has(id: number): boolean {
    return id === 0 || this.#index.has(id);
  }

  /** The index of `id`; 0 if it is not defined. */
  index(id: number): number {
    return this.#index.get(id) ?? 0;
  }

  /** The index of a text, which is added if it is new. */
  indexOf(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    this.#byText.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** The stacks, by their ids in the file. If two have the same id the later one is used, as in Go. */
export class StackTable {
  /** The numbers of all stacks as in the file, four per frame: pc, id of function, id of file, line. */
  readonly #words: number[] = [];
  /** By stack, with one more at the end: its first place in #words. Stack 0 is empty. */
  readonly #first: number[] = [0, 0];
  readonly #index = new IdMap();
  /** From stacks whose ids have been given to later ones to those. */
  readonly replaced = new Map<number, number>();

  /** Begins a stack, to which word() adds. */
  begin(id: number): void {
    const stack = this.#first.length - 1;
    const before = this.#index.get(id);
    if (before >= 0) this.replaced.set(before, stack);
    this.#index.set(id, stack);
    this.#first.push(this.#words.length);
  }

  /** Adds a number to the stack that was begun last. */
  word(n: number): void {
    this.#words.push(n);
    this.#first[this.#first.length - 1] = this.#words.length;
  }

  /** True if `id` is defined, or stands for no stack. */
  has(id: number): boolean {
    return id === 0 || this.#index.get(id) >= 0;
  }

  /** The index of `id`; 0 if it is not defined. */
  index(id: number): number {
    return Math.max(this.#index.get(id), 0);
  }

  /** Changes the first `length` indices of a column: where the id of a stack was defined again, to the last one with that id. */
  useLast(column: Uint32Array, length: number): void {
    for (let i = 0; i < length; i++) {
      for (let later = this.replaced.get(column[i]!); later !== undefined; later = this.replaced.get(later)) {
        column[i] = later;
      }
    }
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
