// The tables of a trace: strings, stacks, frames. They may stand before or after the records that use them, so they are
// complete only at the end of the file.

import { badBytes } from './error.js';
import { IdTable } from './ids.js';
import type { Frames, Stacks } from './model.js';

/** Go's own limit for texts. */
export const maxText = 1_000_000;
/** Go's own limit for the frames of a stack. */
export const maxFrames = 1000;

const utf8 = new TextDecoder();

/** `bytes` as text; what is no UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** The strings, by the ids of the file. Index 0 is the empty one, for ids that are never defined as well. */
export class Strings {
  readonly texts: string[] = [''];
  readonly #index = new Map<number, number>();

  /** @throws TraceError if the id is 0 or taken */
  add(id: number, text: string, offset: number): void {
    if (id === 0) throw badBytes(offset, 'a string has the id 0, which means none');
    if (this.#index.has(id)) throw badBytes(offset, `a second string with the id ${id}`);
    this.#index.set(id, this.texts.length);
    this.texts.push(text);
  }

  index(id: number): number {
    return this.#index.get(id) ?? 0;
  }
}

/** The stacks, by the ids of the file. Of two with one id the last counts, as in Go. */
export class StackTable {
  /** The numbers of all the stacks, as they stand in the file: pc, function, file, line for each frame. */
  readonly #words: number[] = [];
  readonly #ends: number[] = [0, 0];
  readonly #index = new Map<number, number>();
  #maxId = 0;

  /** Begins a stack; word() adds to it. */
  begin(id: number): void {
    this.#index.set(id, this.#ends.length - 1);
    this.#ends.push(this.#words.length);
    if (id > this.#maxId) this.#maxId = id;
  }

  word(n: number): void {
    this.#words.push(n);
    this.#ends[this.#ends.length - 1] = this.#words.length;
  }

  /** The ids, ready for millions of look-ups. */
  ids(): IdTable {
    const ids = new IdTable(this.#index.size, this.#maxId);
    for (const [id, index] of this.#index) ids.set(id, index);
    return ids;
  }

  /** The stacks of the model, with each frame once. */
  build(strings: Strings): { stacks: Stacks; frames: Frames } {
    const words = this.#words;
    const uses = words.length / 4;
    const first = Uint32Array.from(this.#ends, (end) => end / 4);
    const frame = new Uint32Array(uses);
    const byPc = new Map<number, number>();
    const others = new Map<string, number>(); // frames that share a pc: it should mean one place, and may not
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
