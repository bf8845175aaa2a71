// A channel as a Node user writes it today: an async iterator over a queue, with promises for those who wait. Fair:
// senders and receivers are served in the order in which they came. It is for one thread.

import type { Outcome } from '../subject.js';

interface Sender<T> {
  readonly v: T;
  sent(): void;
}

const sent = Promise.resolve();

export class AsyncChan<T> implements AsyncIterableIterator<T> {
  readonly #size: number;
  readonly #buffer: T[] = [];
  readonly #senders: Sender<T>[] = [];
  readonly #receivers: ((result: IteratorResult<T>) => void)[] = [];
  #closed = false;

  /** @param size values that a sender may leave without waiting for a receiver */
  constructor(size = 0) {
    this.#size = size;
  }

  /** Resolves when a receiver has the value, or the buffer. */
  send(v: T): Promise<void> {
    const receiver = this.#receivers.shift();
    if (receiver) {
      receiver({ done: false, value: v });
      return sent;
    }
    if (this.#buffer.length < this.#size) {
      this.#buffer.push(v);
      return sent;
    }
    return new Promise((resolve) => this.#senders.push({ v, sent: resolve }));
  }

  next(): Promise<IteratorResult<T>> {
    const sender = this.#senders.shift();
    if (sender) {
      this.#buffer.push(sender.v);
      sender.sent();
    }
    if (this.#buffer.length > 0) {
      return Promise.resolve({ done: false, value: this.#buffer.shift() as T });
    }
    if (this.#closed) {
      return Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve) => this.#receivers.push(resolve));
  }

  /** Ends the loops of those who receive. Nobody may send any more. */
  close(): void {
    this.#closed = true;
    for (const receiver of this.#receivers.splice(0)) {
      receiver({ done: true, value: undefined });
    }
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Hands the values over one channel, from all senders to all receivers. */
export async function handoff(n: number, senders: number, receivers: number, size: number): Promise<Outcome> {
  const c = new AsyncChan<number>(size);
  const send = async (first: number) => {
    for (let i = first; i < n; i += senders) {
      await c.send(i);
    }
  };
  const receive = async () => {
    let count = 0;
    let sum = 0;
    for await (const v of c) {
      count++;
      sum += v;
    }
    return { count, sum };
  };
  const begin = performance.now();
  const receiving = Array.from({ length: receivers }, receive);
  await Promise.all(Array.from({ length: senders }, (_, k) => send(k)));
  c.close();
  const tallies = await Promise.all(receiving);
  const ns = (performance.now() - begin) * 1e6;
  const total = (what: 'count' | 'sum') => tallies.reduce((sum, t) => sum + t[what], 0);
  return { ns, count: total('count'), sum: total('sum') };
}

/** Sends a value, and waits for the next one to come back: two values per iteration. */
export async function pingpong(n: number): Promise<Outcome> {
  const out = new AsyncChan<number>();
  const back = new AsyncChan<number>();
  const echo = async () => {
    for await (const v of out) {
      await back.send(v + 1);
    }
  };
  let count = 0;
  let sum = 0;
  const begin = performance.now();
  const echoing = echo();
  for (; count < n; count += 2) {
    await out.send(count);
    const { value } = await back.next();
    sum += count + value;
  }
  const ns = (performance.now() - begin) * 1e6;
  out.close();
  await echoing;
  return { ns, count, sum };
}
