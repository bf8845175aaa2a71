// The profiles of a run, seen from Node's main thread: those that begin with it, and those that its program begins and ends.
// What the Ps have found comes with their answers, or with their last words when the run ends; then it is handed on. A P that
// is in the middle of a goroutine then is interrupted for its last words.

import type { Words } from '../memory/address.js';
import { H } from '../memory/layout.js';
import type { Message, Wish } from '../profiling/errand.js';
import { isOf, missingPart, type Part, type ProfileKind, profileBit, profileKinds } from '../profiling/part.js';
import type { Ending } from '../run/ending.js';
import type { RawProfile, RunOptions } from '../run/options.js';
import { Errands } from './errands.js';
import type { Interrupter } from './interrupter.js';

/** A profile that is being made. */
interface Making {
  readonly kind: ProfileKind;
  readonly path: string;
  readonly quiet: boolean;
  readonly parts: Part[];
  /** When it began: milliseconds since 1970, and on the clock of this thread. */
  readonly date: number;
  readonly began: number;
}

export class RunProfiles {
  readonly errands: Errands;
  readonly #words: Words;
  readonly #onProfile: (profile: RawProfile) => void | Promise<void>;
  readonly #making: Making[] = [];
  /** Those that are being handed on. */
  readonly #handing: Promise<unknown>[] = [];
  /** What Ps have found that were interrupted when the run had ended. */
  readonly #lastWords = new Map<number, readonly Part[]>();
  #interrupter: Interrupter | undefined;

  /** The memory has been laid out, and the threads have not begun. */
  constructor(words: Words, { profiles = {}, onProfile }: RunOptions) {
    this.errands = new Errands(words);
    this.#words = words;
    this.#onProfile = onProfile ?? (() => {});
    words[H.PROFILED] = onProfile === undefined ? 0 : 1;
    for (const kind of profileKinds) {
      const path = profiles[kind];
      if (path === undefined) continue;
      words[H.PROFILES]! |= profileBit[kind];
      this.#begin(kind, path, true);
    }
  }

  /** True if there are any. */
  get any(): boolean {
    return this.#making.length > 0;
  }

  #begin(kind: ProfileKind, path: string, quiet: boolean): void {
    this.#making.push({ kind, path, quiet, parts: [], date: Date.now(), began: performance.now() });
  }

  /** A thread has said something. */
  heard(message: Message): void {
    if (message.mandel === 'errand') this.errands.answered(message);
    else if (message.mandel === 'last words') this.#lastWords.set(message.p, message.parts);
    else if (message.act === 'start') {
      this.#begin(message.kind, message.path, message.quiet);
      this.errands.ask('start', message.kind).catch(() => {}); // the run has ended before the others could
    } else this.#stop(message);
  }

  #stop({ kind, part }: Wish): void {
    const making = this.#making.find((m) => m.kind === kind);
    if (making === undefined) return;
    if (part) making.parts.push(part);
    const handed = this.errands.ask('stop', kind, making.parts).then(
      () => this.#hand(making),
      () => {}, // the run has ended: those that have not answered will say it with their last words
    );
    handed.catch(() => {}); // finish() throws it
    this.#handing.push(handed);
  }

  /** A profile is complete. */
  #hand(making: Making): void | Promise<void> {
    this.#making.splice(this.#making.indexOf(making), 1);
    const { kind, path, quiet, date, began } = making;
    const found = new Set(making.parts.filter((part) => part.kind === kind).map(({ p }) => p));
    const parts = making.parts.filter((part) => part.kind === kind || !found.has(part.p));
    const durationNs = Math.round((performance.now() - began) * 1e6);
    return this.#onProfile({ kind, path, quiet, parts, timeNs: date * 1e6, durationNs });
  }

  /** The run has ended, and some Ps have not noticed: asks them for their last words, until endInterruption() is called. */
  async interrupt(): Promise<void> {
    const { Interrupter } = await import('./interrupter.js'); // most Ps yield
    this.#interrupter = new Interrupter();
  }

  /** True if this P was interrupted, and has said its last words. */
  heardFrom(p: number): boolean {
    return this.#lastWords.has(p);
  }

  endInterruption(): void {
    this.#interrupter?.end();
  }

  /**
   * The run has ended like this: hands on what there is.
   * @param stuck Ps that never noticed
   * @throws Error if that cannot be written
   */
  async finish(endings: readonly Ending[], stuck: readonly number[]): Promise<void> {
    this.errands.over();
    await Promise.all(this.#handing);
    const parts = [...endings.map((ending) => ending.parts ?? []), ...this.#lastWords.values()].flat();
    for (const making of [...this.#making]) {
      const { kind } = making;
      making.parts.push(...parts.filter((part) => isOf(part, kind)));
      for (const p of stuck) {
        if (making.parts.some((part) => part.p === p)) continue;
        const heard = this.heardFrom(p) || endings.some(({ id }) => id === p);
        making.parts.push(missingPart(kind, p, heard ? NOT_BEGUN : this.#interrupter!.why(this.#words, p)));
      }
      await this.#hand(making);
    }
  }
}

/** Why there is nothing from a P that has said its last words. */
const NOT_BEGUN = 'the run ended before its thread came to begin this profile';
