// Random views of the set, for the tests and for the campaign.

import * as fc from 'fast-check';
import type { View } from 'mandel/mandelbrot';

export interface Picture {
  readonly scene: number;
  readonly w: number;
  readonly h: number;
  readonly view: View;
}

/** Points near which orbits are long, return late, or lie close to the bound; and what is far outside. */
const spots: readonly (readonly [number, number])[] = [
  [0, 0],
  [-0.75, 0.1],
  [-0.1225611668766536, 0.7448617666197442],
  [0.25, 0],
  [0, 1],
  [-1.25, 0],
  [-1.401155189, 0],
  [-1.7548776662466927, 0],
  [-1.768778833, -0.001738996],
  [-1.9999999, 0],
  [-2, 0],
  [2, 0],
  [0, 32],
  [-1e6, 1e6],
  [1e300, -1e300],
];

const anywhere = fc.tuple(
  fc.double({ min: -2.2, max: 0.8, noNaN: true }),
  fc.double({ min: -1.3, max: 1.3, noNaN: true }),
);
const exponent = fc.double({ min: 0, max: 12, noNaN: true });

const view: fc.Arbitrary<View> = fc
  .record({
    kernel: fc.constant(0),
    iterations: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
      { weight: 8, arbitrary: fc.integer({ min: 1, max: 3000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 100_000 }) },
    ),
    zoom: exponent.map((e) => 10 ** e),
    point: fc.oneof(anywhere, fc.constantFrom(...spots)),
    nudge: exponent.map((e) => 10 ** -e),
  })
  .map(({ kernel, iterations, zoom, point: [re, im], nudge }) => ({
    kernel,
    iterations,
    zoom,
    re: re + nudge - 10 ** -6,
    im,
  }));

export const picture: fc.Arbitrary<Picture> = fc.record({
  scene: fc.constantFrom(0, 0, 2),
  w: fc.integer({ min: 1, max: 21 }),
  h: fc.integer({ min: 1, max: 21 }),
  view,
});
