// Reasons: the texts with which format v2 says why a goroutine left its P. Format v1 had a type of event for each.

import { ev } from '../event.js';
import { wire } from './event.js';

/** Types of waits, by the reason in the file; others are ev.GoBlock. */
const waitTypes: ReadonlyMap<string, number> = new Map([
  ['chan send', ev.GoBlockSend],
  ['chan receive', ev.GoBlockRecv],
  ['select', ev.GoBlockSelect],
  ['sync', ev.GoBlockSync],
  ['sync.(*Cond).Wait', ev.GoBlockCond],
  ['network', ev.GoBlockNet],
  ['sleep', ev.GoSleep],
  ['GC mark assist wait for work', ev.GoBlockGC],
  ['forever', ev.GoStop],
]);
/** Reasons of GoStop with which a goroutine yields; with any other it is preempted. */
const yields: readonly string[] = ['runtime.Gosched', 'runtime.GoSched'];

/** From reasons to types of events of the model. */
export class Reasons {
  readonly #texts: readonly string[];
  /** By text: the type of a wait with this reason. */
  readonly #waitOf: number[] = [];

  /** @param texts the texts of the trace, which may grow */
  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  /** Type of the event with which a goroutine leaves its P, for the reason with this index. A GoSwitch gives none. */
  typeOf(type: number, text: number): number {
    if (type === wire.GoStop) return yields.includes(this.#texts[text]!) ? ev.GoSched : ev.GoPreempt;
    this.#waitOf[text] ??= waitTypes.get(this.#texts[text]!) ?? ev.GoBlock;
    return this.#waitOf[text]!;
  }
}
