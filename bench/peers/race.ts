// Select as a Node user writes it today: Promise.race between channels that are async iterators; and polling of
// MessagePorts, which have a receive that does not wait.

import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { Outcome, Subject } from '../subject.js';
import { AsyncChan } from './asyncchan.js';

interface Won<T> {
  readonly index: number;
  readonly value: T;
}

/** Receives from whichever channel has something first. The losers of a race stay under way for the next. */
class Race<T> {
  readonly #chans: readonly AsyncChan<T>[];
  readonly #receives: Promise<Won<T>>[];

  constructor(chans: readonly AsyncChan<T>[]) {
    this.#chans = chans;
    this.#receives = chans.map((_, k) => this.#receive(k));
  }

  async next(): Promise<Won<T>> {
    const won = await Promise.race(this.#receives);
    this.#receives[won.index] = this.#receive(won.index);
    return won;
  }

  /** Undefined if no channel has anything. */
  async poll(): Promise<Won<T> | undefined> {
    const won = await Promise.race([...this.#receives, undefined]);
    if (won) {
      this.#receives[won.index] = this.#receive(won.index);
    }
    return won;
  }

  async #receive(index: number): Promise<Won<T>> {
    const { value } = await (this.#chans[index] as AsyncChan<T>).next();
    return { index, value };
  }
}

/** Values that wait in a channel: few, since taking the first of a long array is slow and would count against it. */
const STOCK = 1000;

/** Races between `ways` channels that always have something; what it takes to fill them does not count. */
export async function ready(n: number, ways: number): Promise<Outcome> {
  const chans = Array.from({ length: ways }, () => new AsyncChan<number>(2 * STOCK));
  const race = new Race(chans);
  const next = chans.map(() => 0);
  const filled = chans.map(() => 0);
  let ns = 0;
  let count = 0;
  let sum = 0;
  while (count < n) {
    for (const [k, c] of chans.entries()) {
      // One more than can be taken: a receive is always under way.
      for (let i = filled[k] as number; i <= (next[k] as number) + STOCK; i++) {
        await c.send(i);
        filled[k] = i + 1;
      }
    }
    const begin = performance.now();
    for (const end = Math.min(n, count + STOCK); count < end; count++) {
      const { index, value } = await race.next();
      inOrder(next, index, value);
      sum += count;
    }
    ns += (performance.now() - begin) * 1e6;
  }
  return { ns, count, sum };
}

function inOrder(next: number[], index: number, value: number): void {
  if (value !== next[index]) {
    throw new Error(`channel ${index} gave ${value}, want ${next[index]}`);
  }
  next[index] = value + 1;
}

/** Two channels that never have anything, and a default. */
export async function orDefault(n: number): Promise<Outcome> {
  const race = new Race([new AsyncChan<number>(), new AsyncChan<number>()]);
  let count = 0;
  let sum = 0;
  const begin = performance.now();
  for (let i = 0; i < n; i++) {
    if ((await race.poll()) === undefined) {
      count++;
      sum += i;
    }
  }
  return { ns: (performance.now() - begin) * 1e6, count, sum };
}

/** Two unbuffered channels, each with a sender of its own. */
export async function blocking(n: number): Promise<Outcome> {
  const chans = [new AsyncChan<number>(), new AsyncChan<number>()];
  const send = async (k: number) => {
    for (let i = k; i < n; i += 2) {
      await chans[k]?.send(i);
    }
  };
  const begin = performance.now();
  const sending = [send(0), send(1)];
  const race = new Race(chans);
  let sum = 0;
  for (let count = 0; count < n; count++) {
    const { value } = await race.next();
    sum += value;
  }
  await Promise.all(sending);
  return { ns: (performance.now() - begin) * 1e6, count: n, sum };
}

/** A subject that polls two ports alternately, which always have a value, or never. */
export function polledPorts(n: number, full: boolean): Subject {
  const batch = async (n: number) => {
    const a = new MessageChannel();
    const b = new MessageChannel();
    for (let i = 0; full && i < n; i++) {
      (i % 2 === 0 ? a : b).port1.postMessage(i);
    }
    let [one, other] = [a.port2, b.port2];
    let count = 0;
    let sum = 0;
    const begin = performance.now();
    for (let i = 0; i < n; i++) {
      const found = receiveMessageOnPort(one) ?? receiveMessageOnPort(other);
      if ((found !== undefined) === full) {
        count++;
        sum += full ? found?.message : i;
      }
      [one, other] = [other, one];
    }
    const ns = (performance.now() - begin) * 1e6;
    a.port1.close();
    b.port1.close();
    return { ns, count, sum };
  };
  return { name: 'receiveMessageOnPort', n, batch };
}
