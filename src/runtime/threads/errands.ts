// Errands, seen from Node's main thread: asks every P of a run for something, and waits for what they say. The protocol is
// in profiling/errand.ts.

import { H, P, pAddress } from '../memory.js';
import { type Answer, type ErrandAct, errand } from '../profiling/errand.js';
import { type Part, type ProfileKind, profileBit } from '../profiling/part.js';
import { wake } from './park.js';

/** An errand that is under way. */
interface Asked {
  readonly errand: number;
  readonly parts: Part[];
  /** Ps that have not answered. */
  left: number;
  readonly done: (parts: Part[]) => void;
  readonly failed: (error: Error) => void;
}

export class Errands {
  readonly #words: Int32Array;
  #asked: Asked | undefined;
  /** Resolved when the last errand that was asked for is over. */
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /**
   * Asks every P, each at its next scheduling point, and returns what they have to say; one errand after the other.
   * @throws Error if the run ends meanwhile, or a P cannot do it
   */
  ask(act: ErrandAct, kind: ProfileKind): Promise<Part[]> {
    const asked = this.#last.then(() => this.#send(act, kind));
    this.#last = asked.catch(() => {});
    return asked;
  }

  #send(act: ErrandAct, kind: ProfileKind): Promise<Part[]> {
    const words = this.#words;
    return new Promise((done, failed) => {
      if (this.#over) {
        failed(noRun());
        return;
      }
      words[H.ERRAND_ACT] = errand[act];
      words[H.ERRAND_KIND] = profileBit[kind];
      const number = Atomics.add(words, H.ERRAND, 1) + 1; // pairs with the load in Interludes.called
      this.#asked = { errand: number, parts: [], left: words[H.NPROCS]!, done, failed };
      for (let id = 0; id < words[H.NPROCS]!; id++) {
        Atomics.store(words, pAddress(id) + P.PREEMPT, 1); // pairs with the exchange in M.#schedule
        wake(pAddress(id), undefined, words);
      }
    });
  }

  /** A P has answered. */
  answered({ errand: number, part, error }: Answer): void {
    const asked = this.#asked;
    if (asked?.errand !== number) return;
    if (part) asked.parts.push(part);
    if (error !== undefined) asked.failed(new Error(error));
    if (--asked.left > 0) return;
    this.#asked = undefined;
    asked.done(asked.parts);
  }

  /** The run has ended: nobody answers any more. */
  over(): void {
    this.#over = true;
    this.#asked?.failed(noRun());
    this.#asked = undefined;
  }
}

function noRun(): Error {
  return new Error('runtime: expected a run that is under way, but it has ended');
}
