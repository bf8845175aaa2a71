// Run queues, locks, sleeping and malloc on threads of their own that share memory, seeded. What one thread can see of them is
// in the folders of this one.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Words } from '#src/runtime/memory/address.js';
import { field } from '#src/runtime/memory/address.js';
import { layOut } from '#src/runtime/memory/initial.js';
import { H, P, pAddress } from '#src/runtime/memory/layout.js';

const program = new URL('../../dist/test/programs/lib/corethreads.js', import.meta.url);
const REST = 16;
const BYTES = 16 * 2 ** 20;

/** Has so many threads do something in the same new memory, until all are through. */
async function together(act: string, threads: number, n: number, seed: number) {
  const shared = new SharedArrayBuffer(BYTES);
  const words = new Int32Array(shared) as unknown as Words;
  layOut(words, { procs: threads, seed, cores: 2 });
  const beside = new SharedArrayBuffer(4 * (REST + 2 * n + 1000));
  const table = new Int32Array(beside);
  table[1] = n;
  const workers = Array.from({ length: threads }, (_, id) => {
    const mandel = { shared, procs: threads, alone: false };
    return new Worker(program, { workerData: { mandel, act, id, threads, n, seed, beside } });
  });
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return { words, table: [...table.subarray(REST)] };
}

describe('on threads', () => {
  test.each([1, 2])('each goroutine is run by one P, and comes home once: seed %i', async (seed) => {
    const n = 5_000;
    const { words, table } = await together('queues', 3, n, seed);
    expect(table.slice(0, 2 * n).every((times) => times === 1)).toBe(true);
    expect(words[H.GLOBQ_SIZE]).toBe(0);
    for (const pp of [0, 1, 2].map(pAddress)) {
      expect(words[field(pp, P.RUNQHEAD)]).toBe(words[field(pp, P.RUNQTAIL)]);
      expect([words[field(pp, P.NEWQ_COUNT)], words[field(pp, P.RUNNEXT)], words[field(pp, P.INBOX)]]).toEqual([
        0, 0, 0,
      ]);
    }
  });

  test('a lock has one holder', async () => {
    const n = 10_000;
    const { words, table } = await together('lock', 3, n, 1);
    expect([words[H.GFREE_COUNT], table[0], words[H.GFREE_LOCK]]).toEqual([3 * n, 3 * n, 0]);
  });

  test('a P that sleeps is woken, and all are counted', async () => {
    const { words } = await together('park', 3, 500, 1);
    expect([words[H.NPIDLE], words[H.IDLEMASK]]).toEqual([0, 0]);
  });

  test('no block is handed out twice', async () => {
    await together('malloc', 3, 2_000, 1);
  });
});
