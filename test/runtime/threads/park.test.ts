import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, nth, type Words } from '#src/runtime/memory/address.js';
import { layOut } from '#src/runtime/memory/initial.js';
import { H, P, pAddress, park, runStatus } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { endRun, enterIdle, leaveIdle, wake } from '#src/runtime/threads/park.js';
import { interleave, interrupt } from '../../support/atomics.js';
import { bits, count, newRun, raw } from '../../support/core.js';

/** What is known of the Ps that sleep: how many, which, how often one has stopped, and PARK of P `id`. */
function idle(id: number, words: Words = i32) {
  return {
    npidle: words[H.NPIDLE],
    mask: bits(H.IDLEMASK, words),
    generation: words[H.IDLEGEN],
    park: words[field(pAddress(id), P.PARK)],
  };
}

/** A run of 40 Ps that are all awake. */
function allAwake(): void {
  newRun({ procs: 40 });
  i32[H.NPIDLE] = 0;
  i32[H.IDLEMASK] = 0;
  i32[nth(H.IDLEMASK, 1)] = 0;
  for (const id of count(40)) i32[field(pAddress(id), P.PARK)] = park.awake;
}

/** The accesses that count P `id` as awake, after PARK was changed. */
function awakeAgain(id: number) {
  return [
    ['add', H.IDLEGEN, 1],
    ['and', H.IDLEMASK + (id >> 5), ~(1 << (id & 31))],
    ['sub', H.NPIDLE, 1],
  ];
}

beforeEach(allAwake);

describe.each([0, 1, 31, 32, 39])('P %i', (id) => {
  const pp = pAddress(id);
  const word = field(pp, P.PARK);
  const others = [5, 33];

  beforeEach(() => {
    for (const other of others) enterIdle(pAddress(other));
  });

  test('that falls asleep is counted, then in the mask, and then its word says so', () => {
    expect(interleave(() => enterIdle(pp))).toEqual([
      ['add', H.NPIDLE, 1],
      ['or', H.IDLEMASK + (id >> 5), 1 << (id & 31)],
      ['store', word, park.asleep],
    ]);
    const mask = [...others, id].sort((a, b) => a - b);
    expect(idle(id)).toEqual({ npidle: 3, mask, generation: 0, park: park.asleep });
  });

  test('that is awake again by itself counts itself', () => {
    enterIdle(pp);
    let woken: unknown;
    const accesses = interleave(() => {
      woken = leaveIdle(pp);
    });
    expect(woken).toBe(false);
    expect(accesses).toEqual([['compareExchange', word, park.asleep, park.awake], ...awakeAgain(id)]);
    expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 1, park: park.awake });
  });

  test.each([
    [park.awake, false],
    [park.spinning, true],
  ] as const)(
    'that was woken with %i has been counted by its waker, and knows whether it is to spin: %s',
    (state, spins) => {
      enterIdle(pp);
      expect(wake(pp, state)).toBe(true);
      expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 1, park: state });
      expect(leaveIdle(pp)).toBe(spins);
      expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 1, park: park.awake });
    },
  );

  test('is woken by an exchange of its word, after which it is counted as awake and notified', () => {
    enterIdle(pp);
    expect(interleave(() => wake(pp))).toEqual([
      ['compareExchange', word, park.asleep, park.awake],
      ...awakeAgain(id),
      ['notify', word, 1],
    ]);
    expect(idle(id).park).toBe(park.awake);
  });

  test.each([park.awake, park.spinning])('is not woken if it does not sleep: %i', (state) => {
    i32[word] = state;
    expect(interleave(() => expect(wake(pp, park.spinning)).toBe(false))).toHaveLength(1);
    expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 0, park: state });
  });

  test('is counted once if it wakes by itself and another P wakes it', () => {
    enterIdle(pp);
    const byOther: unknown[] = [];
    const wakeIt = () => byOther.push(wake(pp));
    expect(interrupt(() => byOther.push(leaveIdle(pp)), 'compareExchange', word, wakeIt)).toBe(true);
    expect(byOther).toEqual([true, false]);
    expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 1, park: park.awake });
  });

  test('is woken once if two others try', () => {
    enterIdle(pp);
    const won: unknown[] = [];
    const first = () => won.push(wake(pp, park.spinning));
    expect(interrupt(() => won.push(wake(pp)), 'compareExchange', word, first)).toBe(true);
    expect(won).toEqual([true, false]);
    expect(idle(id)).toEqual({ npidle: 2, mask: others, generation: 1, park: park.spinning });
  });
});

describe('the end of a run', () => {
  test.each(Object.values(runStatus).filter((status) => status !== runStatus.running))(
    'with status %i is said once, to every P, and wakes those that sleep',
    (status) => {
      newRun({ procs: 4 });
      i32[field(pAddress(2), P.PARK)] = park.awake;
      i32[field(pAddress(3), P.PARK)] = park.spinning;
      expect(endRun(status)).toBe(true);
      expect(i32[H.STATUS]).toBe(status);
      const preempted = count(40).filter((id) => i32[field(pAddress(id), P.PREEMPT)] === 1);
      expect(preempted).toEqual([0, 1, 2, 3]);
      expect(count(4).map((id) => i32[field(pAddress(id), P.PARK)])).toEqual([0, 0, park.awake, park.spinning]);
      expect(i32[H.NPIDLE]).toBe(2);
      expect(bits(H.IDLEMASK)).toEqual([2, 3]);
      expect(i32[H.IDLEGEN]).toBe(2);
    },
  );

  test('is said first, then asked of each P, which is woken then', () => {
    newRun({ procs: 2 });
    i32[field(pAddress(1), P.PARK)] = park.awake;
    expect(interleave(() => endRun(runStatus.exited))).toEqual([
      ['compareExchange', H.STATUS, runStatus.running, runStatus.exited],
      ['store', pAddress(0) + P.PREEMPT, 1],
      ['compareExchange', pAddress(0) + P.PARK, park.asleep, park.awake],
      ...awakeAgain(0),
      ['notify', pAddress(0) + P.PARK, 1],
      ['store', pAddress(1) + P.PREEMPT, 1],
      ['compareExchange', pAddress(1) + P.PARK, park.asleep, park.awake],
    ]);
  });

  test('stays what it was first, and is told again', () => {
    newRun({ procs: 2 });
    expect(endRun(runStatus.panicked)).toBe(true);
    i32[field(pAddress(1), P.PREEMPT)] = 0;
    enterIdle(pAddress(1));
    expect(endRun(runStatus.exited)).toBe(false);
    expect(i32[H.STATUS]).toBe(runStatus.panicked);
    expect(i32[field(pAddress(1), P.PREEMPT)]).toBe(1);
    expect(i32[field(pAddress(1), P.PARK)]).toBe(park.awake);
  });

  test('in other memory is that of the run there', () => {
    const words = new Int32Array(new SharedArrayBuffer(2 ** 21)) as unknown as Words;
    layOut(words, { procs: 2, seed: 1, cores: 1 });
    const here = raw.slice(0, pAddress(40));
    expect(endRun(runStatus.interrupted, words)).toBe(true);
    expect(words[H.STATUS]).toBe(runStatus.interrupted);
    expect(idle(0, words)).toEqual({ npidle: 0, mask: [], generation: 2, park: park.awake });
    expect([0, 1].map((id) => words[field(pAddress(id), P.PREEMPT)])).toEqual([1, 1]);
    expect(raw.slice(0, pAddress(40))).toEqual(here);
  });
});
