// mandelweb: the Mandelbrot set as a service. After the workshop's examples/mandelweb: one path that paints a picture for each
// request, in the request's goroutine.

import {
  expectedPoint,
  expectedZoom,
  kernels,
  type Part,
  partOf,
  pointIn,
  scenePart,
  scenes,
  zoomIn,
} from '../mandelbrot/index.js';
import { modes } from '../modes/index.js';
import { startPage } from './page.js';
import type { Job, Route } from './parts.js';
import { BadQuery, oneOf, parsed, readQuery, whole } from './query.js';

/** Largest width and height of a picture. */
const MAX_SIDE = 65_536;
/** Most pixels of a picture: 16 MB of shared memory. */
const MAX_PIXELS = 2 ** 24;
/** Most workers of a picture. */
const MAX_WORKERS = 1024;

/** Expected milliseconds per pixel of each kernel, by its number, before the first picture. Measured on a server of 2020. */
const GUESS_MS: readonly number[] = [1.3e-3, 0.1e-3];

/**
 * The keys of a query, with their defaults. The default mode is row, because goroutines are not preempted inside a
 * computation: a row takes less than a millisecond, after which the goroutine of another request can run, and all Ps share a
 * picture. In mode seq a picture would occupy a P until it is done.
 */
const keys = {
  w: whole(1, MAX_SIDE, 512),
  h: whole(1, MAX_SIDE, 512),
  mode: oneOf(modes, 'row'),
  workers: whole(1, MAX_WORKERS, 4),
  scene: oneOf(scenes, 'web'),
  kernel: oneOf(kernels, 'plain'),
  center: parsed(pointIn, expectedPoint),
  zoom: parsed(zoomIn, expectedZoom),
};

/** @throws BadQuery */
function readPicture(query: URLSearchParams, usual: Part): Job {
  const { w, h, mode, workers, scene, kernel, center, zoom } = readQuery(query, keys);
  if (w * h > MAX_PIXELS) throw new BadQuery(`w*h: expected at most ${MAX_PIXELS} pixels, got ${w}x${h}`);
  const part = center === undefined && zoom === undefined ? usual : partOf(center, zoom);
  // A pixel's time depends on the part of the plane, so other parts must not change the estimate for the scene's own.
  const shown = part.zoom === 0 ? scene.name : 'part';
  return {
    query: { w, h, mode: mode.name, workers, scene: scene.id, kernel: kernel.id, ...part },
    work: { kind: `${shown} ${kernel.name} ${mode.name}`, units: w * h, guess: GUESS_MS[kernel.id]! },
  };
}

/** The routes and the page of mandelweb, for listenAndServe. @param usual part of the plane of pictures whose query names none */
export function mandelwebOf(usual: Part) {
  const picture: Route = {
    handler: 'picture',
    read: (query) => readPicture(query, usual),
    type: 'image/png',
    // The same query gives the same picture.
    headers: { 'cache-control': 'public, max-age=3600' },
  };
  return { name: 'mandelweb', routes: { '/mandelbrot': picture }, page: startPage } as const;
}

/** mandelweb with the scenes' own parts of the plane. */
export const mandelweb = mandelwebOf(scenePart);
