// Selects: from channels that always have something, from channels that never have anything, and from channels whose
// senders come and go.

import { type Chan, chan, type Go, go, int, now, orDefault, panic, recv, select } from 'mandel/go';
import type { Outcome } from '../subject.js';

const kinds = { two, four, orElse, blocking };

export function* main(n: number, kind: keyof typeof kinds): Go<Outcome> {
  return yield* kinds[kind](n);
}

/** Two channels that always have something. */
function* two(n: number): Go<Outcome> {
  const a = yield* filled(n);
  const b = yield* filled(n);
  const next = [0, 0];
  let sum = 0;
  const begin = now();
  for (let count = 0; count < n; count++) {
    const { index, value } = yield* select([recv(a), recv(b)]);
    inOrder(next, index, value);
    sum += count;
  }
  return { ns: now() - begin, count: n, sum };
}

/** Four of them. */
function* four(n: number): Go<Outcome> {
  const a = yield* filled(n);
  const b = yield* filled(n);
  const c = yield* filled(n);
  const d = yield* filled(n);
  const next = [0, 0, 0, 0];
  let sum = 0;
  const begin = now();
  for (let count = 0; count < n; count++) {
    const { index, value } = yield* select([recv(a), recv(b), recv(c), recv(d)]);
    inOrder(next, index, value);
    sum += count;
  }
  return { ns: now() - begin, count: n, sum };
}

function* filled(n: number): Go<Chan<number>> {
  const c = chan(int, n);
  for (let i = 0; i < n; i++) {
    yield* c.send(i);
  }
  return c;
}

/** Each channel must give its own values in their order, so that none is lost and none comes twice. */
function inOrder(next: number[], index: number, value: number): void {
  if (value !== next[index]) {
    panic(`case ${index} received ${value}, want ${next[index]}`);
  }
  next[index] = value + 1;
}

/** Two channels that never have anything, and a default. */
function* orElse(n: number): Go<Outcome> {
  const a = chan(int);
  const b = chan(int);
  let count = 0;
  let sum = 0;
  const begin = now();
  for (let i = 0; i < n; i++) {
    const { index } = yield* select([recv(a), recv(b)], orDefault);
    if (index === -1) {
      count++;
      sum += i;
    }
  }
  return { ns: now() - begin, count, sum };
}

/** Two unbuffered channels, each with a sender of its own. */
function* blocking(n: number): Go<Outcome> {
  const a = chan(int);
  const b = chan(int);
  const begin = now();
  go(sender, a, 0, n);
  go(sender, b, 1, n);
  let sum = 0;
  for (let count = 0; count < n; count++) {
    const { value } = yield* select([recv(a), recv(b)]);
    sum += value;
  }
  return { ns: now() - begin, count: n, sum };
}

/** Sends every other value from `first` on. */
export function* sender(c: Chan<number>, first: number, n: number): Go {
  for (let i = first; i < n; i += 2) {
    yield* c.send(i);
  }
}
