// Campaign of hand-offs: none between two Ps is slow for long.
//
//   node dist/bench/campaigns/steady.js [-n RUNS] [-only REGEX]
//
// Goroutines that do nothing but wait for each other (programs/pairs.ts), on 2, 4 and 8 Ps: quiet, beside one busy loop,
// and beside bursts of four. Where two threads have to share a core, one that spins holds up the one that it waits for.

import { Worker } from 'node:worker_threads';
import { Runtime } from 'mandel/run';
import { distribution } from '#src/lib/distribution.js';
import type { Handed } from '../programs/pairs.js';
import { campaign } from './campaign.js';

const N = 100_000;
const shapes = ['pair', 'producers', 'ring', 'mutex', 'cond'] as const;
const program = new URL('../programs/pairs.js', import.meta.url).href;

/** Other work on the machine: threads that compute without a pause, or in bursts with pauses between (milliseconds). */
const loads = {
  quiet: { loops: 0, burst: '' },
  busy: { loops: 1, burst: 'for (;;);' },
  bursts: {
    loops: 4,
    burst: `
      const nap = new Int32Array(new SharedArrayBuffer(4));
      for (;;) {
        const until = performance.now() + 100 + 300 * Math.random();
        while (performance.now() < until);
        Atomics.wait(nap, 0, 0, 90 * Math.random());
      }`,
  },
};

/** Microseconds, at most: the median and the 95th percentile of quiet runs, and every run beside other work. */
const limit = { median: 1.6, p95: 2.6, loaded: 12 };

await campaign('steady', 20, async ({ n, only }) => {
  const faults: string[] = [];
  for (const [load, { loops, burst }] of Object.entries(loads)) {
    const workers = Array.from({ length: loops }, () => new Worker(burst, { eval: true }));
    for (const procs of [2, 4, 8]) {
      for (const shape of shapes) {
        const name = `${shape}, ${procs} Ps, ${load}`;
        if (!only.test(name)) continue;
        const { median, p95, max, apart } = await timeHandOffs(shape, procs, n);
        const figures = `median ${median.toFixed(2)}, p95 ${p95.toFixed(2)}, most ${max.toFixed(2)} us; apart in ${apart} of ${n}`;
        console.log(`${name.padEnd(26)}${figures}`);
        const slow = load === 'quiet' ? median > limit.median || p95 > limit.p95 : max > limit.loaded;
        if (slow) faults.push(`${name}: ${figures}`);
      }
    }
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  if (faults.length > 0) throw new Error(`slower than asked for:\n${faults.join('\n')}`);
  return 'every hand-off is as fast as asked for';
});

/** Microseconds of one hand-off over `runs` runs, and in how many of them the goroutines were on different Ps. */
async function timeHandOffs(shape: string, procs: number, runs: number) {
  const runtime = new Runtime(procs);
  const us = new Float64Array(runs);
  let apart = 0;
  for (let k = 0; k < runs; k++) {
    const { status, report, value } = await runtime.run({ modules: [program], args: [shape, N] });
    if (status !== 'ok') throw new Error(`${shape}, ${procs} Ps: ${status}\n${report}`);
    const handed = value as Handed;
    us[k] = handed.ns / 1e3;
    if (handed.apart) apart++;
  }
  await runtime.close();
  const { p50, p95, max } = distribution(us);
  return { median: p50, p95, max, apart };
}
