// The fits find the law that a curve comes from, find nothing worse than the best one where it comes from none, and have an
// answer, or say that they have none, for what is hardly a curve.

import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { curveOf, highest, isSuperlinear } from '#src/scale/curve.js';
import { fitAmdahl, fitUsl } from '#src/scale/fit.js';
import { type Law, limitOf, outlook, type Point, peakOf, speedupBy } from '#src/scale/law.js';

const series = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const wide = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** The points of a law, each times a factor of its own. */
const curve = (law: Law, procs: readonly number[] = series, factor = (_: number) => 1): Point[] =>
  procs.map((n) => ({ procs: n, speedup: n === 1 ? 1 : speedupBy(law, n) * factor(n) }));
const constant = (speedup: number): Point[] => series.map((procs) => ({ procs, speedup: procs === 1 ? 1 : speedup }));
const squares = (points: readonly Point[], law: Law) =>
  points.reduce((sum, { procs, speedup }) => sum + (speedup - speedupBy(law, procs)) ** 2, 0);
/** A factor for each number of Ps, at most `share` away from 1. */
const noise = (seed: number, share: number) => {
  const rng = new Rng(seed);
  return () => 1 + share * (rng.below(2001) / 1000 - 1);
};
/** Sigmas or kappas from `from` to `to`, and 0. */
const grid = (from: number, to: number, n = 60) => [
  0,
  ...Array.from({ length: n }, (_, k) => from * (to / from) ** (k / (n - 1))),
];

describe("Amdahl's law", () => {
  test.each([0, 1e-6, 0.001, 0.05, 0.25, 0.9, 1])('with sigma %d is found in its curve', (sigma) => {
    const fit = fitAmdahl(curve({ sigma, kappa: 0 }))!;
    expect(fit.sigma).toBeCloseTo(sigma, 9);
    expect(fit).toMatchObject({ kappa: 0, rms: expect.closeTo(0, 9) });
    expect(fit.r2).toEqual(sigma === 1 ? undefined : expect.closeTo(1, 9));
  });

  test('is decided by one point above 1 P', () => {
    const fit = fitAmdahl([{ procs: 8, speedup: 4 }])!;
    expect(fit.sigma).toBeCloseTo(1 / 7, 12);
    expect(fit).toMatchObject({ kappa: 0, rms: expect.closeTo(0, 12), r2: undefined });
  });

  test('is found nearby under noise', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const fit = fitAmdahl(curve({ sigma: 0.05, kappa: 0 }, series, noise(seed, 0.02)))!;
      expect(Math.abs(fit.sigma - 0.05), `seed ${seed}`).toBeLessThan(0.002);
      expect(fit.r2, `seed ${seed}`).toBeGreaterThan(0.99);
    }
  });
});

describe('the Universal Scalability Law', () => {
  test.each([
    { sigma: 0, kappa: 0 },
    { sigma: 0.03, kappa: 0 },
    { sigma: 0, kappa: 0.002 },
    { sigma: 0.05, kappa: 0.0008 },
    { sigma: 0.4, kappa: 0.05 },
    { sigma: 0.9, kappa: 1e-6 },
    { sigma: 1, kappa: 0 },
    { sigma: 1, kappa: 3 },
  ])('with sigma $sigma and kappa $kappa is found in its curve', ({ sigma, kappa }) => {
    for (const procs of [series, wide, [1, 2, 3], [1, 2, 1024]]) {
      const fit = fitUsl(curve({ sigma, kappa }, procs))!;
      expect(fit.sigma).toBeCloseTo(sigma, 7);
      expect(fit.kappa).toBeCloseTo(kappa, 7);
      expect(fit.rms).toBeCloseTo(0, 9);
    }
  });

  test('is found nearby under noise', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const fit = fitUsl(curve({ sigma: 0.05, kappa: 0.0008 }, series, noise(seed, 0.02)))!;
      expect(Math.abs(fit.sigma - 0.05), `seed ${seed}`).toBeLessThan(0.01);
      expect(Math.abs(fit.kappa - 0.0008), `seed ${seed}`).toBeLessThan(0.0003);
    }
  });

  test('never fits worse than Amdahl, nor either of them worse than the best law of a grid', () => {
    const sigmas = grid(1e-5, 1);
    const kappas = grid(1e-8, 10);
    for (let seed = 1; seed <= 60; seed++) {
      const rng = new Rng(seed);
      const procs = [series, wide, [1, 2, 3], [1, 8, 64]][seed % 4]!;
      // A curve of a law, one of none, one with a plateau, and a superlinear one.
      const shapes = [
        curve({ sigma: rng.below(100) / 100, kappa: 10 ** -rng.below(7) }, procs, noise(seed, 0.3)),
        procs.map((n) => ({ procs: n, speedup: n === 1 ? 1 : ((rng.below(100) + 1) / 100) * n })),
        procs.map((n) => ({ procs: n, speedup: Math.min(n, 1 + rng.below(8)) })),
        procs.map((n) => ({ procs: n, speedup: n === 1 ? 1 : n * (1 + rng.below(50) / 100) })),
      ];
      for (const points of shapes) {
        const [amdahl, usl] = [fitAmdahl(points)!, fitUsl(points)!];
        const atMost = (best: number) => best * (1 + 1e-9) + 1e-12;
        const amdahls = sigmas.map((sigma) => squares(points, { sigma, kappa: 0 }));
        const usls = sigmas.flatMap((sigma) => kappas.map((kappa) => squares(points, { sigma, kappa })));
        const about = `seed ${seed}, ${JSON.stringify(points)}`;
        expect(squares(points, amdahl), about).toBeLessThanOrEqual(atMost(Math.min(...amdahls)));
        expect(squares(points, usl), about).toBeLessThanOrEqual(atMost(Math.min(...usls)));
        expect(usl.rms, about).toBeLessThanOrEqual(atMost(amdahl.rms));
      }
    }
  });
});

describe('what is hardly a curve', () => {
  test('has no law without a point above 1 P, and no Universal Scalability Law with one', () => {
    const one = { procs: 1, speedup: 1 };
    expect(fitAmdahl([one])).toBeUndefined();
    expect(fitAmdahl([])).toBeUndefined();
    expect(fitUsl([one])).toBeUndefined();
    expect(fitUsl([one, { procs: 4, speedup: 3 }])).toBeUndefined();
    expect(curveOf([{ procs: 1, time: 2 }])).toEqual({ points: [one], amdahl: undefined, usl: undefined });
  });

  test('is all serial if it does not scale', () => {
    for (const fit of [fitAmdahl(constant(1))!, fitUsl(constant(1))!]) {
      expect(fit).toMatchObject({ sigma: 1, kappa: 0, rms: expect.closeTo(0, 9), r2: undefined });
    }
  });

  test('is all serial to Amdahl if it only gets slower, and the residual says that it is not', () => {
    const slower = constant(0.5);
    expect(fitAmdahl(slower)).toMatchObject({ sigma: 1, kappa: 0, rms: 0.5, r2: undefined });
    const usl = fitUsl(slower)!;
    expect(usl.kappa).toBeGreaterThan(0);
    expect(peakOf(usl)).toEqual({ procs: 1, speedup: 1 });
  });

  test('is ideal to both laws if it is superlinear, with what they cannot say as the residual', () => {
    const points = series.map((procs) => ({ procs, speedup: procs === 1 ? 1 : 1.1 * procs }));
    const mean = series.slice(1).reduce((sum, n) => sum + n * n, 0) / (series.length - 1);
    for (const fit of [fitAmdahl(points)!, fitUsl(points)!]) {
      expect(fit).toMatchObject({ sigma: 0, kappa: 0, rms: expect.closeTo(0.1 * Math.sqrt(mean), 9) });
    }
  });
});

describe('a law', () => {
  test.each([
    { law: { sigma: 0, kappa: 0 }, peak: undefined, limit: Infinity, says: 'no end to the speed-up' },
    { law: { sigma: 0.05, kappa: 0 }, peak: undefined, limit: 20, says: 'at most 20 times as fast' },
    { law: { sigma: 1, kappa: 0 }, peak: undefined, limit: 1, says: 'not faster than with 1 P' },
    {
      law: { sigma: 0.19, kappa: 0.01 },
      peak: 9,
      limit: 9 / 3.24,
      says: 'fastest with 9 Ps (not simulated), 2.78 times as fast',
    },
    { law: { sigma: 0, kappa: 0.15 }, peak: Math.sqrt(1 / 0.15), says: 'fastest with 3 Ps, 1.58 times as fast' },
    { law: { sigma: 0.998, kappa: 0 }, peak: undefined, limit: 1 / 0.998, says: 'not faster than with 1 P' },
    { law: { sigma: 0.5, kappa: 0.5 }, peak: 1, limit: 1, says: 'not faster than with 1 P' },
    { law: { sigma: 1, kappa: 0.1 }, peak: 1, limit: 1, says: 'not faster than with 1 P' },
  ])('of $law is $says', ({ law, peak, limit, says }) => {
    expect(peakOf(law)?.procs).toEqual(peak === undefined ? undefined : expect.closeTo(peak, 12));
    if (limit !== undefined) expect(limitOf(law)).toBeCloseTo(limit, 12);
    expect(outlook(law, 8)).toBe(says);
  });

  test('with coherency is nowhere faster than at its peak', () => {
    const law = { sigma: 0.05, kappa: 0.0008 };
    const peak = peakOf(law)!;
    for (let procs = 1; procs <= 1024; procs++) {
      expect(speedupBy(law, procs)).toBeLessThanOrEqual(peak.speedup);
    }
    expect(speedupBy(law, Math.round(peak.procs))).toBeCloseTo(peak.speedup, 3);
  });
});

describe('a curve', () => {
  test('is how many times as fast each number of Ps is as the first', () => {
    const { points } = curveOf([
      { procs: 1, time: 12 },
      { procs: 2, time: 6 },
      { procs: 4, time: 4 },
    ]);
    expect(points).toEqual([
      { procs: 1, speedup: 1 },
      { procs: 2, speedup: 2 },
      { procs: 4, speedup: 3 },
    ]);
  });

  test('is superlinear if any number of Ps is faster than so many times, but not by rounding', () => {
    const times = (last: number) => curveOf([1, 1 / 2, 1 / 3, last].map((time, k) => ({ procs: k + 1, time })));
    expect(isSuperlinear(times(1 / 4))).toBe(false);
    expect(isSuperlinear(times(1 / 4 - 1e-15))).toBe(false);
    expect(isSuperlinear(times(1 / 4.001))).toBe(true);
  });

  test('is as high as its laws are, in between as well', () => {
    const law = { sigma: 0, kappa: 0.01 };
    const sparse = curveOf([1, 4, 40].map((procs) => ({ procs, time: 1 / speedupBy(law, procs) })));
    expect(highest(sparse)).toBeCloseTo(speedupBy(law, 10), 6);
  });
});
