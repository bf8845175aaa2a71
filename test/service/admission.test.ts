// The line in front of the renderer, in a time of its own.

import { describe, expect, test } from 'vitest';
import { Admission, Estimate, type Place, Refused, type Work } from '#src/service/admission.js';
import { FakeTime } from '../support/service.js';

/** Work of so many milliseconds of the whole service, 1 of which is for what all work takes. */
const work = (ms: number, kind = 'x'): Work => ({ kind, units: ms - 1, guess: 1 });
const nobody = new AbortController().signal;

function line(places = 2, promiseMs = 100, most = 10) {
  const time = new FakeTime();
  const admission = new Admission({ places, promiseMs, most, time });
  const entered: string[] = [];
  const refused: string[] = [];
  const inside = new Map<string, Place>();
  /** Comes to the line, and says what becomes of that. */
  const come = async (name: string, ms: number, signal = nobody, kind = name) => {
    void admission.enter(work(ms, kind), signal).then(
      (place) => {
        entered.push(name);
        inside.set(name, place);
      },
      (error: Error) => refused.push(`${name}: ${error instanceof Refused ? error.retryAfter : error.name}`),
    );
    await Promise.resolve();
    await Promise.resolve();
  };
  const leave = async (name: string, done = true) => {
    inside.get(name)!.release(done);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { admission, time, entered, refused, come, leave };
}

describe('admission', () => {
  test('lets as many in as there are places, and the others in order of arrival', async () => {
    const { admission, entered, come, leave } = line();
    for (const name of ['a', 'b', 'c', 'd']) await come(name, 10);
    expect({ entered, inside: admission.rendering, waiting: admission.waiting }).toEqual({
      entered: ['a', 'b'],
      inside: 2,
      waiting: 2,
    });
    await leave('b');
    await leave('a');
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
    expect(admission.waiting).toBe(0);
  });

  test('refuses at once who would have to wait longer than it promises', async () => {
    const { admission, entered, refused, come } = line(1, 100);
    await come('a', 60);
    await come('b', 60); // waits 60
    await come('c', 60); // would wait 120
    expect({ entered, refused, waiting: admission.waiting }).toEqual({ entered: ['a'], refused: ['c: 1'], waiting: 1 });
    expect(admission.refusals).toBe(1);
  });

  test('says after how many seconds there is room', async () => {
    const { refused, come } = line(1, 1000);
    await come('a', 500);
    await come('b', 9000);
    await come('c', 1); // after 9.5 s, of which it may wait 1
    expect(refused).toEqual(['c: 9']);
  });

  test('takes what is huge if nobody is there', async () => {
    const { entered, come } = line(1, 100);
    await come('huge', 1_000_000);
    expect(entered).toEqual(['huge']);
  });

  test('does not count what is huge against those who have another place', async () => {
    const { entered, refused, come, leave } = line(2, 100);
    await come('huge', 1_000_000);
    await come('a', 10);
    await come('b', 10);
    await come('c', 10);
    expect(refused).toEqual([]);
    await leave('a');
    await leave('b');
    expect(entered).toEqual(['huge', 'a', 'b', 'c']);
  });

  test('refuses who has waited as long as it promises, if the estimate was wrong', async () => {
    const { time, refused, come, admission } = line(1, 100);
    await come('a', 10); // never leaves
    await come('b', 10);
    time.pass(50);
    await come('c', 10);
    time.pass(49);
    await Promise.resolve();
    expect(refused).toEqual([]);
    time.pass(1);
    await Promise.resolve();
    expect(refused).toEqual(['b: 1']);
    time.pass(50);
    await Promise.resolve();
    expect(refused).toEqual(['b: 1', 'c: 1']);
    expect(admission.waiting).toBe(0);
  });

  test('with no time to wait takes who finds a place, and nobody else', async () => {
    const { entered, refused, come } = line(1, 0);
    await come('a', 10);
    await come('b', 10);
    expect({ entered, refused }).toEqual({ entered: ['a'], refused: ['b: 1'] });
  });

  test('has no more in line than it may', async () => {
    const { refused, come } = line(1, 1e9, 2);
    for (const name of ['a', 'b', 'c', 'd']) await come(name, 1);
    expect(refused).toEqual(['d: 1']);
  });

  test('forgets who goes away, in line or before it', async () => {
    const { admission, entered, refused, come, leave } = line(1, 1000);
    const gone = new AbortController();
    await come('a', 10);
    await come('b', 10, gone.signal);
    await come('c', 10);
    gone.abort();
    await Promise.resolve();
    await come('d', 10, gone.signal);
    expect(refused).toEqual(['b: Gone', 'd: Gone']);
    expect(admission.waiting).toBe(1);
    await leave('a');
    expect(entered).toEqual(['a', 'c']);
  });

  test('does not mind a place that is given back twice', async () => {
    const { admission, come, leave } = line(1);
    await come('a', 10);
    await come('b', 10);
    await leave('a');
    await leave('a');
    expect(admission.rendering).toBe(1);
  });

  test('learns what work takes: twice the time shared by two is the time of one', async () => {
    const { time, refused, come, leave } = line(2, 100);
    const same = (name: string) => come(name, 11, nobody, 'same');
    await same('a');
    await same('b');
    time.pass(2 * 201);
    await leave('a');
    await same('c');
    await same('d'); // b has had its 201 ms, so its place should be free any moment
    expect(refused).toEqual([]);
    await same('e'); // and then it is d's, for 201 ms at least
    expect(refused).toEqual(['e: 1']);
  });
});

describe('an estimate', () => {
  test('is the guess until there is something to go by', () => {
    expect(new Estimate().of({ kind: 'x', units: 100, guess: 2 })).toBe(201);
  });

  test('follows what it learns', () => {
    const estimate = new Estimate();
    for (let k = 0; k < 50; k++) estimate.learn(work(11), 31);
    expect(estimate.of(work(11))).toBeCloseTo(31);
    for (let k = 0; k < 50; k++) estimate.learn(work(11), 51);
    expect(estimate.of(work(11))).toBeGreaterThan(50);
    expect(estimate.of(work(11, 'another kind'))).toBe(11);
  });

  test('is not spoilt by what is small, whose time is not for its units', () => {
    const estimate = new Estimate();
    estimate.learn({ kind: 'x', units: 1_000_000, guess: 1 }, 1001);
    for (let k = 0; k < 10; k++) estimate.learn({ kind: 'x', units: 1, guess: 1 }, 5);
    expect(estimate.of({ kind: 'x', units: 1_000_000, guess: 1 })).toBeLessThan(1200);
  });
});
