import '../../support/memory/shared.js';

import { beforeEach, describe, expect, test } from 'vitest';
import { field, type GAddr } from '#src/runtime/memory/address.js';
import { H, P, park, runStatus, started } from '#src/runtime/memory/layout.js';
import { i32 } from '#src/runtime/memory/memory.js';
import { runqput } from '#src/runtime/sched/runq.js';
import { endRun, wake } from '#src/runtime/threads/park.js';
import { p0, p2 } from '../../support/core.js';
import { allAwake, arrives, begin, beginEachTest, counts, find, PARK, p, TICK } from '../../support/idle.js';
import { fresh, homes, make, ringed, sleeps, YOUTH_MS } from '../../support/sched.js';

beginEachTest();

describe('a sleeping P', () => {
  /** Enough other Ps do. */
  const mayNotSpin = () => {
    i32[H.NMSPINNING] = 2;
  };
  beforeEach(mayNotSpin);

  test.each([
    ['in its inbox', () => void arrives(), []],
    ['in the ring of another P', () => void ringed(2), []],
    ['as runnext of another P', () => runqput(p2, make('plain', 2)), []],
    // Which it refuses, because that is young: it sleeps until it may take it.
    ['in the new queue of another P', () => void fresh(2), [YOUTH_MS]],
  ] satisfies [string, () => void, number[]][])('does not sleep if work has come meanwhile %s', (_, come, timeouts) => {
    let done = false;
    const { gp, sleeps } = find(([op, word]) => {
      if (op === 'wait') {
        p.engine.time += YOUTH_MS * 1e6;
        i32[field(p2, P.NSWITCHES)]!++;
      }
      if (done || op !== 'store' || word !== PARK) return;
      done = true;
      come();
    });
    expect(gp).not.toBe(0);
    expect(sleeps.map(([, , , timeout]) => timeout)).toEqual(timeouts);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('does not sleep if it is asked to do something else meanwhile', () => {
    const { gp, sleeps } = find(([op, word]) => {
      if (op === 'store' && word === PARK) i32[field(p0, P.PREEMPT)] = 1;
    });
    expect([gp, sleeps]).toEqual([0, []]);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[field(p0, P.NWAKES)]).toBe(0);
  });

  test('sleeps until it is woken, and takes what has come', () => {
    let gp: GAddr | 0 = 0;
    const found = find(([op]) => {
      if (op !== 'wait') return;
      expect(counts()).toEqual({ npidle: 1, mask: [0], spinning: 2, park: [park.asleep, 0, 0, 0] });
      gp = arrives();
      expect(wake(p0)).toBe(true);
    });
    expect(found).toMatchObject({ gp, sleeps: [['wait', PARK, park.asleep, Number.POSITIVE_INFINITY]] });
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[field(p0, P.NWAKES)]).toBe(1);
    expect(p.searches).toBe(1);
  });

  test('that is woken looks around once, and does not watch its inbox first', () => {
    homes(1);
    let woken = 0;
    let gp: GAddr | undefined;
    const found = find(([op]) => {
      if (op !== 'wait') return;
      woken = p.engine.time;
      [gp] = ringed(1);
      wake(p0);
    });
    expect(found.gp).toBe(gp);
    expect(p.engine.time - woken).toBeLessThan(5 * TICK);
  });

  test('that is woken for nothing sleeps again', () => {
    const gps: GAddr[] = [];
    const { gp, sleeps } = find(([op]) => {
      if (op !== 'wait') return;
      if (i32[field(p0, P.NWAKES)] === 2) gps.push(arrives());
      wake(p0);
    });
    expect(gps).toEqual([gp]);
    expect(sleeps).toHaveLength(3);
    expect(i32[field(p0, P.NWAKES)]).toBe(3);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
  });

  test('that is woken to look for work spins for 40 us, counted by the one that has woken it', () => {
    i32[H.NMSPINNING] = 2;
    let woken = 0;
    const { gp, sleeps } = find(([op]) => {
      if (op !== 'wait') return;
      if (woken > 0) {
        expect(i32[H.NMSPINNING]).toBe(0);
        endRun(runStatus.exited);
        return;
      }
      woken = p.engine.time;
      i32[H.NMSPINNING] = 1;
      p.searches = 0;
      wake(p0, park.spinning);
    });
    expect(gp).toBe(0);
    expect(sleeps).toHaveLength(2);
    expect(p.searches).toBeGreaterThan(10);
    expect((p.engine.time - woken) / TICK).toBeGreaterThan(40);
    expect((p.engine.time - woken) / TICK).toBeLessThan(60);
    expect(counts()).toEqual(allAwake);
  });

  test('that is woken to look for work when the run ends counts itself off', () => {
    const { gp } = find(([op]) => {
      if (op !== 'wait') return;
      i32[H.NMSPINNING] = 1;
      wake(p0, park.spinning);
      endRun(runStatus.exited);
    });
    expect(gp).toBe(0);
    expect(counts()).toEqual(allAwake);
  });

  test.each([
    // a timer in so many ms, what was refused for so many, at most how long it sleeps
    [5, 0, 5],
    [5, 2, 2],
    [5, 9, 5],
    [Number.POSITIVE_INFINITY, 7, 7],
  ])('has a timer in %f ms, and what it refused for %f: it sleeps for %f at most', (timer, again, most) => {
    begin(4, { findRunnable: () => 0, better: 0, againMs: again });
    mayNotSpin();
    if (timer < 1000) p.engine.timers.start(1e9 + timer * 1e6, () => {});
    const { sleeps } = find(([op]) => {
      if (op === 'wait') endRun(runStatus.exited);
    });
    const timeout = sleeps[0]![3]!;
    expect(timeout).toBeLessThanOrEqual(most);
    expect(timeout).toBeGreaterThan(most - 0.1);
  });

  test('wakes by itself when its timer is due, and answers 0', () => {
    p.engine.timers.start(1e9 + 2e6, () => {});
    const { gp, sleeps } = find(([op]) => {
      if (op === 'wait') p.engine.time += 3e6;
    });
    expect(gp).toBe(0);
    expect(sleeps).toHaveLength(1);
    expect(counts()).toEqual({ ...allAwake, spinning: 2 });
    expect(i32[H.IDLEGEN]).toBe(1);
  });

  test('does not sleep if a timer is due, or if it is asked to do something else', () => {
    p.engine.timers.start(1e9, () => {});
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    begin();
    i32[field(p0, P.PREEMPT)] = 1;
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
    expect(counts()).toEqual(allAwake);
  });

  test('does not sleep for a timer that is due at this moment', () => {
    p.engine.onNow = () => {};
    p.engine.timers.start(1e9, () => {});
    expect(find()).toMatchObject({ gp: 0, sleeps: [] });
  });

  test('does not count what it has just refused as work', () => {
    fresh(1);
    let timeout = 0;
    find(([op, , , ms]) => {
      if (op !== 'wait') return;
      timeout = ms!;
      endRun(runStatus.exited);
    });
    expect(timeout).toBe(0.2);
  });
});

describe('the last P to fall asleep', () => {
  const isTheLast = () => {
    for (const id of [1, 2, 3]) sleeps(id);
    i32[H.STARTED] = started.queued;
  };
  beforeEach(isTheLast);

  test('ends a run in which no goroutine can run', () => {
    expect(find().gp).toBe(0);
    expect(i32[H.STATUS]).toBe(runStatus.deadlocked);
    expect(counts()).toEqual(allAwake);
  });

  test('does not if it is to search again soon', () => {
    begin(4, { findRunnable: () => 0, better: 0, againMs: 7 });
    isTheLast();
    let status: number | undefined;
    find(([op]) => {
      if (op !== 'wait') return;
      status ??= i32[H.STATUS];
      endRun(runStatus.exited);
    });
    expect(status).toBe(runStatus.running);
  });

  test('does not if a goroutine sleeps', () => {
    p.engine.timers.start(1e9 + 5e6, () => {});
    find(([op]) => {
      if (op === 'wait') p.engine.time += 6e6;
    });
    expect(i32[H.STATUS]).toBe(runStatus.running);
  });

  test('does not if it has refused a goroutine', () => {
    fresh(1);
    find(([op]) => {
      if (op !== 'wait') return;
      expect(i32[H.STATUS]).toBe(runStatus.running);
      endRun(runStatus.exited);
    });
    expect(i32[H.STATUS]).toBe(runStatus.exited);
  });
});
