// Stack table of one P: numbers stacks and texts, and writes each to the trace once. After traceStackTable in runtime/trace.go.
//
// Each P gives out numbers of its own: P k of n gives k + 1, k + 1 + n, k + 1 + 2n ...

import type { TraceFrame, Writer } from '../../trace/writer.js';
import { field, type Offset, type PAddr } from '../memory/address.js';
import { P, pAddress } from '../memory/layout.js';
import { i32 } from '../memory/memory.js';
import { callSites, definition, framesOf, stackKey } from './frames.js';

export class StackTable {
  readonly #writer: Writer;
  readonly #pp: PAddr;
  readonly #step: number;
  #nextStack: number;
  #nextText: number;
  readonly #texts = new Map<string, number>();
  readonly #stacks = new Map<string, number>();
  readonly #entries: number[] = [];
  /** Stacks that are numbered and not written yet. */
  #pending: { readonly id: number; readonly frames: () => TraceFrame[] }[] = [];

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
    const key = stackKey(sites, body, kind);
    const known = this.#stacks.get(key);
    if (known !== undefined) return known;
    const id = this.#number(() => framesOf(sites, body, kind));
    this.#stacks.set(key, id);
    return id;
  }

  /**
   * Numbers a stack. Its frames are found and written later, because sources and their maps must be read for that: a goroutine
   * that is delayed by milliseconds is not the run that is to be traced.
   */
  #number(frames: () => TraceFrame[]): number {
    const id = this.#nextStack;
    this.#nextStack += this.#step;
    this.#publish(P.STACKSTAKEN, this.#nextStack);
    this.#pending.push({ id, frames });
    return id;
  }

  /** Writes the stacks that have been numbered since the last call. */
  flush(): void {
    for (const { id, frames } of this.#pending) this.#writer.stack(id, frames(), this.text);
    this.#pending = [];
    this.#publish(P.STACKSWRITTEN, this.#nextStack);
  }
}
