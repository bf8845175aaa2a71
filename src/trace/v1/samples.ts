// CPU samples of format v1 (Go 1.19 and later). Their records are in the streams of the Ps, but each has a time, a P and a
// goroutine as arguments, because Go's profiler writes a sample some time after it was taken.

import { picked, SampleColumns, withRoom } from '../columns.js';
import { badBytes } from '../error.js';
import type { CPUSamples } from '../model.js';
import type { StackTable } from '../tables.js';
import type { GoTable } from './gotable.js';

/** What a record of a sample has. */
interface Sample {
  /** Number of the stream that it is in. */
  readonly stream: number;
  /** Arguments: time in ticks, P, goroutine; and the id of its stack. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly stackId: number;
}

/** Samples as their records have them, in any order. */
export class RawSamples {
  length = 0;
  #stream = new Int32Array(16);
  #ticks = new Float64Array(16);
  #p = new Float64Array(16);
  #goid = new Float64Array(16);
  #stackId = new Float64Array(16);
  #offset = new Float64Array(16);

  /** Adds a sample, whose record is at `offset`. */
  add({ stream, a, b, c, stackId }: Sample, offset: number): void {
    const i = this.length++;
    this.#stream = withRoom(this.#stream, i);
    this.#ticks = withRoom(this.#ticks, i);
    this.#p = withRoom(this.#p, i);
    this.#goid = withRoom(this.#goid, i);
    this.#stackId = withRoom(this.#stackId, i);
    this.#offset = withRoom(this.#offset, i);
    this.#stream[i] = stream;
    this.#ticks[i] = a;
    this.#p[i] = b;
    this.#goid[i] = c;
    this.#stackId[i] = stackId;
    this.#offset[i] = offset;
  }

  /**
   * The samples by time, those of one time by stream, and the offsets of their records.
   * @throws TraceError beyond 2^53 ticks
   */
  inOrder(gos: GoTable, stacks: StackTable): { readonly samples: CPUSamples; readonly offsets: Float64Array } {
    const ticks = this.#ticks;
    const offset = this.#offset;
    const order = Int32Array.from({ length: this.length }, (_, k) => k);
    order.sort((x, y) => this.#stream[x]! - this.#stream[y]! || offset[x]! - offset[y]!);
    const late = order.find((k) => ticks[k]! > Number.MAX_SAFE_INTEGER);
    if (late !== undefined) throw badBytes(offset[late]!, 'a CPUSample is later than 2^53 ticks');
    order.sort((x, y) => ticks[x]! - ticks[y]! || this.#stream[x]! - this.#stream[y]! || offset[x]! - offset[y]!);
    const samples = new SampleColumns();
    for (const k of order) {
      const p = this.#p[k]!;
      const g = Math.max(gos.ids.get(this.#goid[k]!), 0);
      samples.add(ticks[k]!, 0, p > 0x7fffffff ? -1 : p, g, stacks.index(this.#stackId[k]!));
    }
    return { samples: samples.view(), offsets: picked(offset, order) };
  }
}
