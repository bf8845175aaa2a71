// Goldens: sums of the grey planes that real Go painted, by scene and size (testdata/goldens.json says how they were made),
// which are the same in every mode; and the number of goroutines that each mode creates.

import { readFileSync } from 'node:fs';
import type { Mode } from 'mandel/modes';
import { type Picture, sumOf } from './picture.js';

export interface Golden {
  readonly scene: string;
  readonly w: number;
  readonly h: number;
  /** SHA-256 of the grey plane, row-major, in hex. */
  readonly sum: string;
}

const file = new URL('../testdata/goldens.json', import.meta.url);
const { what: _, ...sums }: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));

export const goldens: readonly Golden[] = Object.entries(sums).map(([key, sum]) => {
  const [, scene = '', w, h] = /^(\w+) (\d+)x(\d+)$/.exec(key) ?? [];
  return { scene, w: Number(w), h: Number(h), sum };
});

/** The golden picture of this scene and size. */
export function golden(scene: string, w: number, h: number): Golden {
  const found = goldens.find((g) => g.scene === scene && g.w === w && g.h === h);
  if (!found) throw new Error(`goldens.json: expected a sum of ${scene} ${w}x${h}, got none`);
  return found;
}

/**
 * The golden picture of this scene and a smaller size, out of a larger one that has been painted: where a pixel lies in
 * the plane does not depend on the size in the workshop's scenes, so it is the upper left corner; justforfunc's is
 * spread over the size, so it is every second, fourth ... pixel, which is exact where the ratio of the sizes is a power of two.
 */
export function smaller(scene: string, { w: from, h: lines, grey }: Picture, w: number, h: number): Golden {
  const [right, down] = scene === 'justforfunc' ? [from / w, lines / h] : [1, 1];
  const cut = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) cut[y * w + x] = grey[y * down * from + x * right]!;
  }
  return { scene, w, h, sum: sumOf(cut) };
}

/** Goroutines that each mode creates besides main, by its name. */
export const created: Readonly<Record<string, (picture: Pick<Golden, 'w' | 'h'>, workers: number) => number>> = {
  seq: () => 0,
  px: ({ w, h }) => w * h,
  row: ({ w }) => w,
  col: ({ h }) => h,
  workers: (_, workers) => workers,
  buffered: (_, workers) => workers,
  rowworkers: (_, workers) => workers,
};

/** Goroutines of a run that paints in this mode, main included. */
export function goroutinesOf({ name }: Pick<Mode, 'name'>, picture: Pick<Golden, 'w' | 'h'>, workers: number): number {
  return 1 + created[name]!(picture, workers);
}
