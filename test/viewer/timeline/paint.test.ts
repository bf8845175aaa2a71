// Painting: areas have in each pixel the share of each class.

import { describe, expect, test } from 'vitest';
import { Rng } from '#src/lib/rng.js';
import { activityClasses } from '#src/viewer/timeline/classes.js';
import { area, paletteOf, pixel, themes } from '#src/viewer/timeline/paint.js';
import { CLASSES } from '#src/viewer/timeline/track.js';

const palette = paletteOf(activityClasses, themes.light);
const WIDTH = 60;
const HEIGHT = 23;
const MOST = 10;
const order = [1, 3, 4, 11];

/** Means of some classes, with runs of equal pixels, and what of them matches. */
function randomMeans(rng: Rng): { readonly all: Float64Array; readonly matching: Float64Array } {
  const all = new Float64Array(CLASSES * WIDTH);
  const matching = new Float64Array(CLASSES * WIDTH);
  for (const c of order) {
    for (let x = 0; x < WIDTH; x++) {
      const k = c * WIDTH + x;
      if (x > 0 && rng.below(3) > 0) [all[k], matching[k]] = [all[k - 1]!, matching[k - 1]!];
      else {
        // Whole numbers, halves, none, and more than there is room for.
        all[k] = [0, rng.below(5), rng.below(9) / 2, rng.below(1000) / 300][rng.below(4)]!;
        matching[k] = (all[k]! * rng.below(3)) / 2;
      }
    }
  }
  return { all, matching };
}

/** The same picture, each class added to each pixel that it covers. */
function plainArea(all: Float64Array, matching: Float64Array | undefined): Uint32Array {
  const data = new Uint32Array(WIDTH * HEIGHT);
  for (let x = 0; x < WIDTH; x++) {
    const column = Array.from({ length: HEIGHT }, () => [...palette.ground]);
    let at = 0;
    const add = (things: number, colours: Float64Array, c: number) => {
      const until = Math.min(HEIGHT, at + (things * HEIGHT) / MOST);
      for (const [row, colour] of column.entries()) {
        const share = Math.max(0, Math.min(row + 1, until) - Math.max(row, at));
        for (const k of [0, 1, 2]) colour[k]! += share * (colours[3 * c + k]! - palette.ground[k]!);
      }
      at = Math.max(at, until);
    };
    for (const c of order) {
      const size = all[c * WIDTH + x]!;
      const shown = matching === undefined ? size : matching[c * WIDTH + x]!;
      add(shown, palette.full, c);
      add(size - shown, palette.dim, c);
    }
    for (const [row, [r, g, b]] of column.entries()) data[(HEIGHT - 1 - row) * WIDTH + x] = pixel(r!, g!, b!);
  }
  return data;
}

const channelsOf = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255];

describe('a stacked area', () => {
  test.each([
    ['of everything', false],
    ['with what does not match dimmed', true],
  ])('%s has in each pixel the share of each class', (_, isFiltered) => {
    for (let seed = 0; seed < 40; seed++) {
      const { all, matching } = randomMeans(new Rng(seed));
      const means = { all, matching: isFiltered ? matching : undefined, used: order };
      const data = new Uint32Array(WIDTH * HEIGHT).fill(1);
      area({ data, width: WIDTH }, means, palette, 0, HEIGHT, MOST, order);
      const plain = plainArea(all, means.matching);
      for (let k = 0; k < data.length; k++) {
        const wanted = channelsOf(plain[k]!);
        // Sums in another order may be rounded to the next value.
        const worst = Math.max(...channelsOf(data[k]!).map((value, c) => Math.abs(value - wanted[c]!)));
        expect(worst, `seed ${seed}, pixel ${k}`).toBeLessThanOrEqual(1);
        expect(data[k]! >>> 24).toBe(255);
      }
    }
  });
});
