// When requests are sent, and what their latency is: in virtual time, to the nanosecond.

import { describe, expect, test } from 'vitest';
import type { Done, Exchange } from '#src/load/exchange.js';
import { dueBy, dueNs, type Pace, Starts } from '#src/load/schedule.js';
import { type Clock, work } from '#src/load/worker.js';

const ms = 1e6;
const phases = { dial: 0, lookup: 0, write: 0, wait: 0, read: 0 };
const ok: Exchange = { kind: 'answer', status: 200, bytes: 1, phases };
const forever = Number.POSITIVE_INFINITY;

interface Course {
  readonly pace: Partial<Pace>;
  /** Nanoseconds that the server takes, for one request after the other; the last one for all that follow. */
  readonly takes: readonly number[];
  /** Nanoseconds that every wake-up is late by. */
  readonly lateNs?: number;
  /** The load is stopped after so many requests. */
  readonly stopAfter?: number;
}

/** One worker, in virtual time. */
async function course({ pace, takes, lateNs = 0, stopAfter = forever }: Course) {
  let now = 0;
  const dones: Done[] = [];
  const clock: Clock = {
    now: () => now,
    until: async (atNs) => {
      now = Math.max(now, atNs + lateNs);
    },
  };
  const worked = await work({
    pace: { perWorker: forever, rate: 0, forNs: forever, ...pace },
    clock,
    send: async () => {
      now += takes[Math.min(dones.length, takes.length - 1)]!;
      return ok;
    },
    record: (done) => dones.push(done),
    stopped: () => dones.length >= stopAfter,
  });
  return {
    ...worked,
    sent: dones.map(({ sentNs }) => sentNs / ms),
    latency: dones.map(({ startNs, endNs }) => (endNs - startNs) / ms),
    service: dones.map(({ sentNs, endNs }) => (endNs - sentNs) / ms),
  };
}

describe('the schedule', () => {
  test('has a request after each interval, the first one as well', () => {
    expect([0, 1, 2].map((k) => dueNs({ rate: 4 }, k))).toEqual([250 * ms, 500 * ms, 750 * ms]);
    expect(dueNs({ rate: 0 }, 7)).toBeUndefined();
  });

  test.each<{ pace: Pace; atMs: number; due: number }>([
    { pace: { rate: 10, perWorker: forever, forNs: forever }, atMs: 0, due: 0 },
    { pace: { rate: 10, perWorker: forever, forNs: forever }, atMs: 99.9, due: 0 },
    { pace: { rate: 10, perWorker: forever, forNs: forever }, atMs: 100, due: 1 },
    { pace: { rate: 3, perWorker: forever, forNs: forever }, atMs: 1000, due: 3 },
    { pace: { rate: 10, perWorker: 4, forNs: forever }, atMs: 5000, due: 4 },
    { pace: { rate: 10, perWorker: forever, forNs: 2000 * ms }, atMs: 5000, due: 20 },
    { pace: { rate: 0, perWorker: 4, forNs: forever }, atMs: 5000, due: 0 },
  ])('of $pace has $due due by $atMs ms', ({ pace, atMs, due }) => {
    expect(dueBy(pace, atMs * ms)).toBe(due);
  });

  test('grants what follows a late wake-up the same delay, until the next', () => {
    const starts = new Starts();
    const next = (dueNs: number, sentNs: number, waited = false) => starts.next({ dueNs, sentNs, waited });
    expect(next(100, 130, true)).toBe(130); // woken 30 late
    expect(next(110, 150)).toBe(140); // was due at 110, and at 140 at the earliest
    expect(next(200, 201, true)).toBe(201);
    expect(next(210, 400)).toBe(211);
  });
});

describe('a worker without a rate', () => {
  test('sends one request after the other', async () => {
    const { sent, latency } = await course({ pace: { perWorker: 4 }, takes: [5 * ms] });
    expect(sent).toEqual([0, 5, 10, 15]);
    expect(latency).toEqual([5, 5, 5, 5]);
  });

  test('sends nothing when its time is over, and waits for what is under way', async () => {
    const { sent, unsent } = await course({ pace: { forNs: 12 * ms }, takes: [5 * ms] });
    expect(sent).toEqual([0, 5, 10]);
    expect(unsent).toBe(0);
  });
});

describe('a worker with a rate', () => {
  test('sends when requests are due, if the server keeps up', async () => {
    const { sent, latency, unsent } = await course({ pace: { rate: 100, perWorker: 4 }, takes: [3 * ms] });
    expect(sent).toEqual([10, 20, 30, 40]);
    expect(latency).toEqual([3, 3, 3, 3]);
    expect(unsent).toBe(0);
  });

  test('sends as many as its rate says in its time, and the one at the end is one of them', async () => {
    for (const lateNs of [0, ms / 2]) {
      const { sent } = await course({ pace: { rate: 100, forNs: 50 * ms }, takes: [3 * ms], lateNs });
      expect(sent).toHaveLength(5);
    }
  });

  test('sends at once what is overdue after a stall, and counts all of it from when it was due', async () => {
    const takes = [ms, 35 * ms, ms];
    const { sent, latency, service } = await course({ pace: { rate: 100, perWorker: 7 }, takes });
    expect(sent).toEqual([10, 20, 55, 56, 57, 60, 70]);
    expect(latency).toEqual([1, 35, 26, 17, 8, 1, 1]);
    expect(service).toEqual([1, 35, 1, 1, 1, 1, 1]);
  });

  test('falls ever further behind a server that is too slow, and the latency says so', async () => {
    const { latency, service } = await course({ pace: { rate: 100, perWorker: 6 }, takes: [15 * ms] });
    expect(latency).toEqual([15, 20, 25, 30, 35, 40]);
    expect(service).toEqual([15, 15, 15, 15, 15, 15]);
  });

  test('says how many were due in its time and never sent', async () => {
    const { sent, unsent } = await course({ pace: { rate: 100, forNs: 100 * ms }, takes: [ms, 200 * ms] });
    expect(sent).toEqual([10, 20]);
    expect(unsent).toBe(8);
  });

  test('says the same when it is stopped', async () => {
    const { sent, unsent } = await course({ pace: { rate: 100, perWorker: 50 }, takes: [25 * ms], stopAfter: 2 });
    expect(sent).toEqual([10, 35]);
    expect(unsent).toBe(4); // due at 30, 40, 50 and 60
  });

  test('does not take its own late waking for the server', async () => {
    const pace = { rate: 1000, perWorker: 5 };
    const { latency, lateNs } = await course({ pace, takes: [0.25 * ms], lateNs: 0.75 * ms });
    expect(latency).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
    expect(lateNs).toBe(0.75 * ms);
  });
});
