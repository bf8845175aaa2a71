// The profiles of a run, seen from Node's main thread: those that begin with it, and those that its program begins and ends.
// What the Ps have found comes with their answers, or with their last words when the run ends; then it is handed on.

import type { Ending } from '../ending.js';
import { H } from '../memory.js';
import type { Message, Wish } from '../profiling/errand.js';
import { type Part, type ProfileKind, profileBit, profileKinds } from '../profiling/part.js';
import type { RawProfile, RunOptions } from '../start.js';
import { Errands } from './errands.js';

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
  readonly #onProfile: (profile: RawProfile) => void | Promise<void>;
  readonly #making: Making[] = [];
  /** Those that are being handed on. */
  readonly #handing: Promise<unknown>[] = [];

  /** The memory has been laid out, and the threads have not begun. */
  constructor(words: Int32Array, { profiles = {}, onProfile }: RunOptions) {
    this.errands = new Errands(words);
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
    else if (message.act === 'start') {
      this.#begin(message.kind, message.path, message.quiet);
      this.errands.ask('start', message.kind).catch(() => {}); // the run has ended before the others could
    } else this.#stop(message);
  }

  #stop({ kind, part }: Wish): void {
    const making = this.#making.find((m) => m.kind === kind);
    if (making === undefined) return;
    if (part) making.parts.push(part);
    const handed = this.errands.ask('stop', kind).then(
      (parts) => {
        making.parts.push(...parts);
        return this.#hand(making);
      },
      () => {}, // the run has ended: they will say it with their last words
    );
    handed.catch(() => {}); // finish() throws it
    this.#handing.push(handed);
  }

  /** A profile is complete. */
  #hand(making: Making): void | Promise<void> {
    this.#making.splice(this.#making.indexOf(making), 1);
    const { kind, path, quiet, parts, date, began } = making;
    const durationNs = Math.round((performance.now() - began) * 1e6);
    return this.#onProfile({ kind, path, quiet, parts, timeNs: date * 1e6, durationNs });
  }

  /** The run has ended like this: hands on what there is. @throws Error if that cannot be written */
  async finish(endings: readonly Ending[]): Promise<void> {
    this.errands.over();
    await Promise.all(this.#handing);
    const parts = endings.flatMap((ending) => ending.parts ?? []);
    for (const making of [...this.#making]) {
      making.parts.push(...parts.filter(({ kind }) => kind === making.kind));
      await this.#hand(making);
    }
  }
}
