// Goldens: sums of the grey planes that real Go painted, by scene and size (testdata/goldens.json says how they were made), and how
// many goroutines each mode creates for a picture.

import { readFileSync } from 'node:fs';
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

/** Goroutines that a mode starts for a picture, besides main. Every mode has its row. */
const started: Readonly<Record<string, (w: number, h: number, workers: number) => number>> = {
  seq: () => 0,
  px: (w, h) => w * h,
  row: (w) => w,
  col: (_w, h) => h,
  workers: (_w, _h, workers) => workers,
  buffered: (_w, _h, workers) => workers,
  rowworkers: (_w, _h, workers) => workers,
};

/** Goroutines that a mode creates for a picture, main included. */
export function goroutinesOf(mode: string, { w, h }: Pick<Golden, 'w' | 'h'>, workers: number): number {
  const count = started[mode];
  if (!count) throw new Error(`goldens.ts: expected a row for mode ${mode}, got none`);
  return 1 + count(w, h, workers);
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
