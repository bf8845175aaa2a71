// Errands, seen from Node's main thread: asks every P of a run for something, and waits for what they say. The protocol is
// in profiling/errand.ts.
//
// An errand always ends. A P that has not begun it after GRACE_MS computes for long, and is interrupted; one that does not
// begin it then either is given up after ANSWER_MS, and a part says that it is missing. One that has begun it gets LATE_MS:
// where a thousand goroutines are, for example, takes a second to find out.

import { field, type Words } from '../memory/address.js';
import { H, P, pAddress } from '../memory/layout.js';
import { type Answer, type ErrandAct, errand } from '../profiling/errand.js';
import { missingPart, type Part, type ProfileKind, profileBit } from '../profiling/part.js';
import type { Interrupter } from './interrupter.js';
import { wake } from './park.js';

/** Milliseconds that Ps get to reach a scheduling point. */
export const GRACE_MS = 200;
/** Milliseconds that a thread that is interrupted gets to answer, before it is given up. */
export const ANSWER_MS = 800;
/** Milliseconds from an errand's beginning that a thread gets to come up, or to run it once it has begun: far too many. */
const LATE_MS = 10_000;

/** An errand that is under way. */
interface Asked {
  readonly errand: number;
  readonly act: ErrandAct;
  readonly kind: ProfileKind;
  /** performance.now() when it began. */
  readonly since: number;
  readonly parts: Part[];
  /** Ps that have not answered. */
  readonly left: Set<number>;
  /** What the Ps have thrown that could not do it. */
  readonly errors: Map<number, Error>;
  readonly done: (parts: Part[]) => void;
  readonly failed: (error: Error) => void;
  interrupter?: Interrupter;
  timer?: NodeJS.Timeout;
}

export class Errands {
  readonly #words: Words;
  #asked: Asked | undefined;
  /** Resolved when the last errand that was asked for is over. */
  #last: Promise<unknown> = Promise.resolve();
  #over = false;
  /** Why a P has not begun a profile that the others have begun, by the profile and the P. */
  readonly #unbegun = new Map<string, unknown>();

  constructor(words: Words) {
    this.#words = words;
  }

  /**
   * Asks every P, each at its next scheduling point or where it is interrupted, and returns what they have to say, or that
   * they are missing; one errand after the other.
   * @param parts where that is put as it comes
   * @throws Error if the run ends meanwhile, or no P can do it
   */
  ask(act: ErrandAct, kind: ProfileKind, parts: Part[] = []): Promise<Part[]> {
    const asked = this.#last.then(() => this.#send(act, kind, parts));
    this.#last = asked.catch(() => {});
    return asked;
  }

  #send(act: ErrandAct, kind: ProfileKind, parts: Part[]): Promise<Part[]> {
    const words = this.#words;
    return new Promise((done, failed) => {
      if (this.#over) {
        failed(noRun());
        return;
      }
      words[H.ERRAND_ACT] = errand[act];
      words[H.ERRAND_KIND] = profileBit[kind];
      const number = Atomics.add(words, H.ERRAND, 1) + 1; // pairs with the load in Interludes.called
      const left = new Set(Array.from({ length: words[H.NPROCS]! }, (_, id) => id));
      const since = performance.now();
      const asked: Asked = { errand: number, act, kind, since, parts, left, errors: new Map(), done, failed };
      this.#asked = asked;
      for (const id of left) {
        Atomics.store(words, field(pAddress(id), P.PREEMPT), 1); // pairs with the exchange in M.#schedule
        wake(pAddress(id), undefined, words);
      }
      asked.timer = setTimeout(() => void this.#interrupt(asked), GRACE_MS);
    });
  }

  async #interrupt(asked: Asked): Promise<void> {
    const { Interrupter } = await import('./interrupter.js'); // most Ps answer in time
    if (this.#asked !== asked) return;
    asked.interrupter = new Interrupter();
    asked.timer = setTimeout(() => this.#giveUp(asked), ANSWER_MS);
  }

  /** Gives up the Ps that have not answered; those that are coming up, or are at it, later. */
  #giveUp(asked: Asked): void {
    const words = this.#words;
    const late = performance.now() - asked.since > LATE_MS;
    for (const id of [...asked.left]) {
      const up = words[field(pAddress(id), P.UP)] === 1;
      const begun = words[field(pAddress(id), P.RECORDS)] === asked.errand + 1;
      if (!late && (!up || begun)) continue;
      const silent = up ? asked.interrupter!.why(words, id) : 'its thread has not come up';
      const why = begun ? `its thread takes longer than ${LATE_MS / 1000} s` : silent;
      this.#settle(asked, id, missingPart(asked.kind, id, why));
    }
    if (asked.left.size > 0) asked.timer = setTimeout(() => this.#giveUp(asked), ANSWER_MS);
  }

  /** A P has answered. */
  answered({ errand: number, p, part, error }: Answer): void {
    const asked = this.#asked;
    if (asked?.errand !== number) return;
    if (error !== undefined) asked.errors.set(p, new Error(error));
    this.#settle(asked, p, error === undefined ? part : missingPart(asked.kind, p, error));
  }

  /** A P has said this, or nothing, or has been given up. */
  #settle(asked: Asked, p: number, said: Part | undefined): void {
    if (!asked.left.delete(p)) return;
    const { act, kind, parts, errors } = asked;
    const key = `${kind} ${p}`;
    const unbegun = this.#unbegun.get(key);
    if (act === 'start') {
      if (said?.kind === 'missing') this.#unbegun.set(key, said.why);
      else this.#unbegun.delete(key);
    } else if (said !== undefined) parts.push(said);
    else if (unbegun !== undefined) parts.push(missingPart(kind, p, unbegun));
    if (asked.left.size > 0) return;
    this.#end(asked);
    const [error] = errors.values();
    if (error !== undefined && errors.size === this.#words[H.NPROCS]) asked.failed(error);
    else asked.done(parts);
  }

  #end(asked: Asked): void {
    clearTimeout(asked.timer);
    asked.interrupter?.end();
    this.#asked = undefined;
  }

  /** The run has ended: nobody answers any more. */
  over(): void {
    this.#over = true;
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#end(asked);
    asked.failed(noRun());
  }
}

function noRun(): Error {
  return new Error('runtime: expected a run that is under way, but it has ended');
}
