// Views: how a picture of a scene may differ from it: another part of the plane, number of iterations, or kernel.

import { ITERATIONS, type Place } from './scene.js';

/** The kernels, by their numbers in shared memory. All paint the same picture. */
export const kernels = [
  { name: 'plain', id: 0, about: 'the loop of the lesson, in TypeScript' },
  { name: 'fast', id: 1, about: 'WebAssembly SIMD; rows and columns at a time where the mode allows' },
] as const;

/** How a picture differs from its scene. Numbers only, because it is an argument of goroutines. */
export interface View {
  /** Number of the kernel. */
  readonly kernel: number;
  /** Iterations after which a point counts as inside. */
  readonly iterations: number;
  /** 0 for the scene's own part of the plane; else the shorter side of the picture is SPAN / zoom long in the plane. */
  readonly zoom: number;
  /** The point in the middle, unless zoom is 0. */
  readonly re: number;
  readonly im: number;
}

/** The scene as it is, painted by the plain kernel. */
export const sceneView: View = { kernel: 0, iterations: ITERATIONS, zoom: 0, re: 0, im: 0 };

/** Length of the shorter side of a picture at zoom 1. It shows the whole set. */
export const SPAN = 4;

/** A point of the plane. */
export interface Point {
  readonly re: number;
  readonly im: number;
}

/** The part of the plane that a picture shows. */
export type Part = Pick<View, 'zoom' | 're' | 'im'>;

/** The scene's own part. */
export const scenePart: Part = { zoom: 0, re: 0, im: 0 };

/** The center of a picture with a zoom and no center: about the middle of the set. */
export const MIDDLE = '-0.75,0';

/** The part with this center and zoom; the scene's own if both are undefined. */
export function partOf(center: Point | undefined, zoom: number | undefined): Part {
  if (center === undefined && zoom === undefined) return scenePart;
  return { zoom: zoom ?? 1, ...(center ?? pointIn(MIDDLE)!) };
}

/** Largest zoom: beyond it, neighbouring pixels are the same double. */
const MAX_ZOOM = 1e15;

/** The expected form of a zoom, for messages. */
export const expectedZoom = `a number above 0, up to ${MAX_ZOOM}`;
/** The expected form of a center, for messages. */
export const expectedPoint = 'a point as RE,IM, such as -0.75,0.1';

/** Parses a zoom; undefined if the text is none. */
export function zoomIn(text: string): number | undefined {
  const z = numberIn(text);
  return z > 0 && z <= MAX_ZOOM ? z : undefined;
}

/** Parses a point `re,im`; undefined if the text is none. */
export function pointIn(text: string): Point | undefined {
  const [re = Number.NaN, im = Number.NaN, ...more] = text.split(',').map(numberIn);
  return Number.isFinite(re) && Number.isFinite(im) && more.length === 0 ? { re, im } : undefined;
}

/** Parses a decimal number; NaN if the text is none. */
function numberIn(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

/** The points of the pixels of a picture with this middle and zoom, at the same distance in both directions. */
export function placeOf({ zoom, re, im }: View, w: number, h: number): Place {
  const a = SPAN / zoom;
  const b = Math.min(w, h);
  return { ax: a, bx: b, cx: (a * (w / 2)) / b - re, ay: a, by: b, cy: (a * (h / 2)) / b - im };
}
