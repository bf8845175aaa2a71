import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { H } from '#src/runtime/memory/layout.js';
import { lock, unlock } from '#src/runtime/memory/lock.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { interleave } from '../../support/atomics.js';
import { newRun } from '../../support/core.js';

const word = H.GFREE_LOCK;
/** The values of the word. */
const [FREE, HELD, CONTENDED] = [0, 1, 2];

beforeEach(() => newRun());

describe('a lock', () => {
  test('that is free is taken by one exchange, and given back by one', () => {
    expect(interleave(() => lock(word))).toEqual([['compareExchange', word, FREE, HELD]]);
    expect(i32[word]).toBe(HELD);
    expect(interleave(() => unlock(word))).toEqual([['exchange', word, FREE]]);
    expect(i32[word]).toBe(FREE);
    expect(i32[H.GFREE_HEAD]).toBe(0);
  });

  test('on which a thread may sleep wakes one when it is given back', () => {
    i32[word] = CONTENDED;
    expect(interleave(() => unlock(word))).toEqual([
      ['exchange', word, FREE],
      ['notify', word, 1],
    ]);
    expect(i32[word]).toBe(FREE);
  });

  test('that is held has its waiter say so before it sleeps, and keep saying so while it holds the lock', () => {
    newRun({ cores: 1 });
    lock(word);
    let sleeps = 0;
    const values: unknown[] = [];
    const accesses = interleave(
      () => lock(word),
      ([op]) => {
        if (op !== 'wait') return;
        values.push(i32[word]);
        if (++sleeps === 2) i32[word] = FREE; // the holder gives it back; before that the wake-up was spurious
      },
    );
    expect(accesses).toEqual([
      ['compareExchange', word, FREE, HELD],
      ['exchange', word, CONTENDED],
      ['wait', word, CONTENDED],
      ['exchange', word, CONTENDED],
      ['wait', word, CONTENDED],
      ['exchange', word, CONTENDED],
    ]);
    expect(values).toEqual([CONTENDED, CONTENDED]);
    expect(i32[word]).toBe(CONTENDED);
  });

  test('is not watched on a single core, where its holder cannot run meanwhile', () => {
    newRun({ cores: 1 });
    lock(word);
    const accesses = interleave(
      () => lock(word),
      undefined,
      (_, index) => {
        if (index === 0) i32[word] = FREE;
      },
    );
    expect(accesses.map(([op]) => op)).toEqual(['compareExchange', 'exchange']);
    expect(i32[word]).toBe(CONTENDED);
  });

  test('is watched for a moment first if there is more than one core, by plain reads while it is held', () => {
    newRun({ cores: 2 });
    lock(word);
    const accesses = interleave(
      () => lock(word),
      ([op]) => {
        if (op === 'wait') i32[word] = FREE;
      },
    );
    expect(accesses.map(([op]) => op)).toEqual(['compareExchange', 'exchange', 'wait', 'exchange']);
  });

  test('that is given back meanwhile is taken without sleeping, as one on which no thread sleeps', () => {
    newRun({ cores: 2 });
    lock(word);
    const accesses = interleave(
      () => lock(word),
      undefined,
      (_, index) => {
        if (index === 0) i32[word] = FREE;
      },
    );
    expect(accesses).toEqual([
      ['compareExchange', word, FREE, HELD],
      ['compareExchange', word, FREE, HELD],
    ]);
    expect(i32[word]).toBe(HELD);
  });

  test('that other threads take first 200 times is waited for asleep', () => {
    newRun({ cores: 2 });
    lock(word);
    const accesses = interleave(
      () => lock(word),
      ([op], index) => {
        if (op === 'compareExchange' && index > 0) i32[word] = HELD;
      },
      () => {
        if (i32[word] === HELD) i32[word] = FREE;
      },
    );
    expect(accesses.map(([op]) => op)).toEqual(['compareExchange', ...Array(200).fill('compareExchange'), 'exchange']);
  });
});
