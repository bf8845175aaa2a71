// A program that paints rows with a kernel, on one thread, and measures that.

import { createHash } from 'node:crypto';
import { type Go, now, panic } from 'mandel/go';
import { fillPixel, fillRow, greyPlane, newImg, sceneView } from 'mandel/mandelbrot';
import type { Filled } from './fill.js';

/** What to paint, size x size, and with what. */
export interface Job {
  readonly size: number;
  /** Number of the kernel. */
  readonly kernel: number;
  /** Whether the picture shows the same at every size: the workshop's shows less if it is smaller. */
  readonly fitted: boolean;
  /** One row in so many. */
  readonly every: number;
  /** How often. */
  readonly times: number;
  /** Whether the kernel is handed single pixels. */
  readonly pixels: boolean;
}

/** The part of the plane that the workshop's picture shows, about, at any size. */
const whole = { zoom: 2, re: -0.5, im: 0 };

// biome-ignore lint/correctness/useYield: main is a generator
export function* main({ size, kernel, fitted, every, times, pixels }: Job): Go<Filled> {
  const m = newImg(size, size, 0, { ...sceneView, kernel, ...(fitted ? whole : {}) });
  if (m.kernel !== kernel) {
    panic(`kernel ${kernel} cannot run here`);
  }
  const begin = now();
  for (let k = 0; k < times; k++) {
    for (let i = 0; i < size; i += every) {
      if (!pixels) {
        fillRow(m, i);
        continue;
      }
      for (let j = 0; j < size; j++) {
        fillPixel(m, i, j);
      }
    }
  }
  const ns = now() - begin;
  return { ns, sum: createHash('sha256').update(greyPlane(m)).digest('hex') };
}
