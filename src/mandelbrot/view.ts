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

/** A point of the plane. */
export interface Point {
  readonly re: number;
  readonly im: number;
}

/** What of the plane a picture shows. */
export type Part = Pick<View, 'zoom' | 're' | 'im'>;

/** The scene's own part. */
export const scenePart: Part = { zoom: 0, re: 0, im: 0 };

/** The middle of the set, roughly: in the middle of a picture that has a zoom and no center. */
export const MIDDLE = '-0.75,0';

/** The part that a center and a zoom ask for; the scene's own if there is neither. */
export function partOf(center: Point | undefined, zoom: number | undefined): Part {
  if (center === undefined && zoom === undefined) return scenePart;
  return { zoom: zoom ?? 1, ...(center ?? pointIn(MIDDLE)!) };
}

/** Beyond this neighbouring pixels are the same number. */
const MAX_ZOOM = 1e15;

/** What a zoom and a center may be, for messages. */
export const expectedZoom = `a number above 0, up to ${MAX_ZOOM}`;
export const expectedPoint = 'a point as RE,IM, such as -0.75,0.1';

/** The zoom that a text says; undefined if it says none. */
export function zoomIn(text: string): number | undefined {
  const z = numberIn(text);
  return z > 0 && z <= MAX_ZOOM ? z : undefined;
}

/** The point that a text says as `re,im`; undefined if it says none. */
export function pointIn(text: string): Point | undefined {
  const [re = Number.NaN, im = Number.NaN, ...more] = text.split(',').map(numberIn);
  return Number.isFinite(re) && Number.isFinite(im) && more.length === 0 ? { re, im } : undefined;
}

/** NaN for what is no decimal number. */
function numberIn(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** Where the pixels of a picture lie whose middle and zoom are given: the same step to the right as down. */
export function placeOf({ zoom, re, im }: View, w: number, h: number): Place {
  const a = SPAN / zoom;
  const b = Math.min(w, h);
  return { ax: a, bx: b, cx: (a * (w / 2)) / b - re, ay: a, by: b, cy: (a * (h / 2)) / b - im };
}
