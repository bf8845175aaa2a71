// The bodies of a trace as it is read: for each goroutine which one it runs, and a rank that colours go by.

import { isSystem } from '../../trace/analysis/goroutines.js';
import { withRoom } from '../../trace/columns.js';
import { entryName, type Trace } from '../../trace/model.js';

/** A body: the function that goroutines begin with. */
export interface BodyInfo {
  readonly name: string;
  /** How many bodies of the program appear before it, -1 for one of Go's runtime. */
  readonly rank: number;
  goroutines: number;
}

/** The bodies, by order of appearance. */
export class Bodies {
  readonly list: BodyInfo[] = [];
  /** By goroutine: the index of its body in `list`. */
  of: Uint32Array | Uint16Array = new Uint32Array(64);
  /** Number of goroutines whose bodies are known. */
  #length = 1;
  readonly #places = new Map<string, number>();
  /** By stack: the body with this entry, -1 if it is not known. */
  #byEntry = new Int32Array(0);
  #ranks = 0;

  /** Takes the goroutines up to this one. */
  take(trace: Trace, g: number): void {
    if (g < this.#length) return;
    const { entry } = trace.goroutines;
    if (this.#byEntry.length < trace.stacks.length) {
      const known = this.#byEntry.length;
      this.#byEntry = withRoom(this.#byEntry, trace.stacks.length - 1);
      this.#byEntry.fill(-1, known);
    }
    for (; this.#length <= g; this.#length++) {
      const k = this.#length;
      if (k >= this.of.length) this.of = withRoom(this.of, k);
      const stack = entry[k]!;
      let body = this.#byEntry[stack]!;
      if (body < 0) {
        body = this.#place(entryName(trace, k));
        this.#byEntry[stack] = body;
      }
      this.of[k] = body;
      this.list[body]!.goroutines++;
    }
  }

  /** True if every goroutine still has the entry that it had when it was taken: a reader may learn it later. */
  agrees(trace: Trace): boolean {
    const { entry, length } = trace.goroutines;
    for (let g = 1; g < Math.min(length, this.#length); g++) {
      if (this.#byEntry[entry[g]!] !== this.of[g]) return false;
    }
    return true;
  }

  /** Gives back what is not needed when all are taken. */
  trim(): void {
    const used = this.of.subarray(0, this.#length);
    this.of = this.list.length <= 1 << 16 ? Uint16Array.from(used) : used.slice();
  }

  #place(name: string): number {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.list.length;
      this.#places.set(name, place);
      const rank = isSystem(name) || name.startsWith('runtime/') ? -1 : this.#ranks++;
      this.list.push({ name, rank, goroutines: 0 });
    }
    return place;
  }
}
