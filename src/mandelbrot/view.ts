// Views: a scene's picture of another part of the plane, with another number of iterations, painted by another kernel.

import { ITERATIONS, type Place } from './scene.js';

/** The kernels, by their numbers in shared memory: all paint the same picture. */
export const kernels = [
  { name: 'plain', id: 0, about: 'the loop of the lesson, in TypeScript' },
  { name: 'fast', id: 1, about: 'WebAssembly SIMD; rows and columns at a time where the mode allows' },
] as const;

/** How a picture differs from its scene. Numbers only: it is an argument of goroutines. */
export interface View {
  /** Number of the kernel. */
  readonly kernel: number;
  /** Iterations after which a point counts as inside. */
  readonly iterations: number;
  /** What is shown: 0 for the scene's own part of the plane, else as much of it as SPAN / zoom on the shorter side. */
  readonly zoom: number;
  /** The point in the middle, if it is not the scene's own part. */
  readonly re: number;
  readonly im: number;
}

/** The scene as it is, painted by the lesson's loop. */
export const sceneView: View = { kernel: 0, iterations: ITERATIONS, zoom: 0, re: 0, im: 0 };

/** The shorter side of a picture at zoom 1: all of the set, whichever of its points is in the middle of the real axis. */
export const SPAN = 4;

/** Where the pixels of a picture lie whose middle and zoom are given: the same step to the right as down. */
export function placeOf({ zoom, re, im }: View, w: number, h: number): Place {
  const a = SPAN / zoom;
  const b = Math.min(w, h);
  return { ax: a, bx: b, cx: (a * (w / 2)) / b - re, ay: a, by: b, cy: (a * (h / 2)) / b - im };
}
