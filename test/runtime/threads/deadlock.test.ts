import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field } from '#src/runtime/memory/address.js';
import { H, P, pAddress, park, started } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { deadlocked } from '#src/runtime/threads/deadlock.js';
import { enterIdle, wake } from '#src/runtime/threads/park.js';
import { interleave, interrupt } from '../../support/atomics.js';
import { newRun, startRing } from '../../support/core.js';

/** Begins a run of three Ps that are asleep. Its main goroutine has been queued, and no goroutine can run. */
function newDeadlock(): void {
  newRun({ procs: 3 });
  i32[H.STARTED] = started.queued;
}

describe('a deadlock', () => {
  beforeEach(newDeadlock);

  test('is that all Ps sleep, and there is no work, and no timer', () => {
    expect(deadlocked()).toBe(true);
  });

  test('is not seen before the main goroutine is queued', () => {
    for (const state of [started.no, started.begun]) {
      i32[H.STARTED] = state;
      expect(deadlocked()).toBe(false);
    }
  });

  test.each(['NPIDLE', 'NTIMERS', 'GLOBQ_SIZE'] as const)('is none if %s says so', (word) => {
    i32[H[word]] = 2;
    expect(deadlocked()).toBe(false);
  });

  test.each([0, 1, 2])('is none if P %i has work, or is awake, although it was counted as idle', (id) => {
    for (const state of [park.awake, park.spinning]) {
      i32[field(pAddress(id), P.PARK)] = state;
      expect(deadlocked()).toBe(false);
    }
    i32[field(pAddress(id), P.PARK)] = park.asleep;
    expect(deadlocked()).toBe(true);
    startRing(pAddress(id), 5);
    expect(deadlocked()).toBe(true);
    i32[field(pAddress(id), P.RUNQTAIL)] = 6;
    expect(deadlocked()).toBe(false);
  });

  test('is none if a P has stopped being idle meanwhile, even if it is idle again', () => {
    const sleepAgain = () => {
      wake(pAddress(0));
      enterIdle(pAddress(0));
    };
    const count = () => {
      i32[H.IDLEGEN]!++; // and NPIDLE later
    };
    const leave = () => {
      i32[H.NPIDLE]!--;
    };
    for (const act of [sleepAgain, count, leave]) {
      newDeadlock();
      let answer: boolean | undefined;
      const ask = () => {
        answer = deadlocked();
      };
      expect(interrupt(ask, 'load', field(pAddress(2), P.NEWQ_COUNT), act)).toBe(true);
      expect(answer).toBe(false);
    }
  });

  test('is looked for between two readings of IDLEGEN', () => {
    const accesses = interleave(() => deadlocked()).filter(([, word]) => word < pAddress(0));
    expect(accesses).toEqual(
      [H.IDLEGEN, H.STARTED, H.NPIDLE, H.NTIMERS, H.GLOBQ_SIZE, H.NPIDLE, H.IDLEGEN].map((word) => ['load', word]),
    );
  });
});
