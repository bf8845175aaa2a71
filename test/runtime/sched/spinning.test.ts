// What the scheduler goes by: whether spinning has paid lately, and what a body's first step waits for.

import { describe, expect, test } from 'vitest';
import { firstWait } from '#src/runtime/sched/firstwait.js';
import { SPIN, Spinning, TRY } from '#src/runtime/sched/spinning.js';

describe('spinning', () => {
  const ms = 1e6;
  /** How many of `n` waits from `from` on, 0.1 ms each, begin with a spin, if none of them finds anything. */
  function spins(spinning: Spinning, n: number, from = 0): number {
    let count = 0;
    for (let k = 0; k < n; k++) {
      const now = from + k * 0.1 * ms;
      if (spinning.begin(now) === 0) continue;
      count++;
      spinning.missed(now);
    }
    return count;
  }

  test('goes on while one in five finds something', () => {
    const spinning = new Spinning();
    for (let k = 0; k < 10_000; k++) {
      expect(spinning.begin(k)).toBe(SPIN);
      if (k % 5 === 0) spinning.found();
      else spinning.missed(k);
    }
  });

  test('is given up after 750 in vain, and tried 256 times after 300, 600 and then every 1000 ms', () => {
    const spinning = new Spinning();
    expect(spins(spinning, 750)).toBe(750);
    expect(spins(spinning, 1000, 75 * ms)).toBe(0);
    expect(spins(spinning, 1000, 375 * ms)).toBe(256);
    expect(spins(spinning, 1000, 500 * ms)).toBe(0);
    expect(spins(spinning, 1000, 1001 * ms)).toBe(256);
    expect(spins(spinning, 100_000, 1101 * ms)).toBeLessThan(11 * 256);
  });

  test('begins again with a try of which half finds something', () => {
    const spinning = new Spinning();
    spins(spinning, 750);
    for (let k = 0; k < 255; k++) {
      expect(spinning.begin(500 * ms)).toBe(TRY);
      if (k % 2 === 0) spinning.found();
      else spinning.missed(500 * ms);
    }
    expect(spinning.begin(500 * ms)).toBe(SPIN);
    expect(spins(spinning, 800, 501 * ms)).toBe(750);
  });
});

describe('the first wait', () => {
  // Bodies as text: the test's compiler would write the sources anew.
  test.each([
    ['function* f(c) { yield* c.recv(); }', { arg: 0, sends: false }],
    ['function* f(n, c) { for (let i = 0; i < n; i++) sum += yield* c.recv(); }', { arg: 1, sends: false }],
    ['function* f(c) { for (;;) { const [v, ok] = yield* c.recv2(); if (!ok) break; } }', { arg: 0, sends: false }],
    ['function*f(m, c, wg) { yield* c.range((p) => paint(m, p)); wg.done(); }', { arg: 1, sends: false }],
    ['function* f(c) { // sends squares()\n for (let i = 0; ; i++) yield* c.send(i * i); }', { arg: 0, sends: true }],
    ['function* f(a, b) { for (;;) yield* b.send(yield* a.recv()); }', { arg: 0, sends: false }],
    [
      'function* f(a, b) { let /* as in Go: x() */ x = 1; while (true) { x = yield* a.recv(); } }',
      { arg: 0, sends: false },
    ],
    ['function* f(mu, c) { for (;;) { yield* mu.lock(); while (!ready(c)) yield* c.wait(); } }', 'condition'],
    ['function* f(c) { yield* c.l.lock(); while (s.n === 0) { yield* c.wait(); } c.l.unlock(); }', 'condition'],
    // It calls something first, which may take long.
    ['function* f(c) { const v = compute(); yield* c.send(v); }', undefined],
    ['function* f(c) { println("here"); yield* c.recv(); }', undefined],
    ['function* f(c) { if (ready(c)) yield* c.recv(); }', undefined],
    // What it waits for is no argument, or no channel's operation, or not to be seen.
    ['function* f() { yield* c.recv(); }', undefined],
    ['function* f(mu) { yield* mu.lock(); }', undefined],
    ['function* f(mu, c, wg) { yield* mu.lock(); yield* c.recv(); while (true) yield* wg.wait(); }', undefined],
    ['function* f(mu, wg) { yield* mu.lock(); mu.unlock(); yield* wg.wait(); }', undefined],
    ['function* f(s) { yield* s.c.recv(); }', undefined],
    ['function* f({ c }) { yield* c.recv(); }', undefined],
    ['function* f(c) { yield* helper(c); }', undefined],
    ['function* f(c) { }', undefined],
    ['function f(c) { return 1; }', undefined],
  ])('of %s', (source, wait) => {
    expect(firstWait(new Function(`return ${source}`)() as CallableFunction)).toEqual(wait);
  });
});
