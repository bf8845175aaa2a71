// The programs that calibrating runs: each does what it is measured for.

import { describe, expect, test } from 'vitest';
import { SCENE_ITERATIONS, SIDE, STRIP, STRIP_ITERATIONS } from '#src/calibrate/costs.js';
import { apart, paint, solo } from '#src/calibrate/probes.js';

const { signal } = new AbortController();
/** As many as a program creates at a time. */
const N = 1 << 13;

describe('on one P', () => {
  test.each([
    { kind: 'creating', stats: { goroutines: N + 1 } },
    { kind: 'ending', stats: { goroutines: N + 1 } },
    { kind: 'yields', stats: { goroutines: 3 } },
    { kind: 'waits', stats: { parks: 0 } },
    { kind: 'effects', stats: { parks: 0, switches: 1 } },
    { kind: 'sends', stats: { sends: N, receives: 0, parks: 0 } },
    { kind: 'backAndForth', stats: { goroutines: 2 } },
    { kind: 'calls', stats: { goroutines: 1 } },
  ] as const)('$kind takes some time', async ({ kind, stats }) => {
    const taken = await solo(kind, N).run(signal);
    expect(taken.stats).toMatchObject(stats);
    expect(taken.ns).toHaveLength(1);
    expect(taken.ns[0]).toBeGreaterThan(0);
  });

  test('painting the strip with px makes a goroutine a pixel', async () => {
    const { ns, stats } = await paint('strip', 'px').run(signal);
    expect(stats.goroutines).toBe(STRIP.w * STRIP.h + 1);
    expect(ns[0]).toBeGreaterThan(0);
  });

  test('encoding one pixel is over before the run is', async () => {
    const { ns, wall } = await paint('one', 'seq').run(signal);
    expect(ns[0]).toBeGreaterThan(0);
    expect(ns[1]).toBeGreaterThan(ns[0]!);
    expect(wall).toBeGreaterThan(ns[0]!);
  });
});

describe('on two Ps', () => {
  test.each(['roundTrips', 'readying', 'dozing', 'waking', 'channels', 'stealing'] as const)(
    '%s comes to an end, with the other goroutine on the other P',
    async (kind) => {
      const { stats, ns } = await apart(kind, 10).run(signal);
      expect(stats.procs).toBe(2);
      expect(stats.steals).toBeGreaterThan(0);
      expect(ns.length).toBeGreaterThan(0);
    },
  );
});

test('a run that is interrupted is thrown away', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  await expect(solo('effects', N).run(controller.signal)).rejects.toThrow('enough');
});

describe('the iterations of the pictures', () => {
  test('are those of the kernel', () => {
    expect(iterationsOf(SIDE, SIDE, 2)).toBe(SCENE_ITERATIONS);
    expect(iterationsOf(STRIP.w, STRIP.h, 4)).toBe(STRIP_ITERATIONS);
  });
});

/** The kernel's loop, counted. */
function iterationsOf(w: number, h: number, zoom: number): number {
  let iterations = 0;
  for (let x = 0; x < w; x++) {
    for (let y = 0; y < h; y++) {
      const cr = (zoom * x) / 1000 - 1.5;
      const ci = (zoom * y) / 1000 - 1;
      let [zr, zi, tr, ti] = [0, 0, 0, 0];
      for (let i = 0; i < 1000 && tr + ti <= 4; i++) {
        zi = 2 * zr * zi + ci;
        zr = tr - ti + cr;
        tr = zr * zr;
        ti = zi * zi;
        iterations++;
      }
    }
  }
  return iterations;
}
