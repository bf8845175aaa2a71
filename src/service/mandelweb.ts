// mandelweb: the Mandelbrot set as a service. After the workshop's examples/mandelweb: one path that paints a picture for
// whoever asks, in a goroutine of the request.

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
import { BadQuery, oneOf, parsed, readQuery, whole } from './query.js';
import type { Job, Route } from './route.js';

/** Most pixels on a side, in all, and goroutines that a client may ask for. */
const MAX_SIDE = 65_536;
const MAX_PIXELS = 2 ** 24;
const MAX_WORKERS = 1024;

/** Milliseconds a pixel that each kernel is expected to take, until it has been seen. */
const GUESS_MS: readonly number[] = [1.3e-3, 0.1e-3];

/**
 * What a client may ask for, and gets if it does not ask. Rows, because goroutines are not preempted in the middle of a
 * computation: a row is less than a millisecond, after which another request gets its turn, and all Ps help with a picture.
 * In seq a picture would have a P for itself until it is done.
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
  // Parts differ in what a pixel of them takes: what is learned from one of them is not for the scene's own.
  const shown = part.zoom === 0 ? scene.name : 'part';
  return {
    query: { w, h, mode: mode.name, workers, scene: scene.id, kernel: kernel.id, ...part },
    work: { kind: `${shown} ${kernel.name} ${mode.name}`, units: w * h, guess: GUESS_MS[kernel.id]! },
  };
}

/** What mandelweb serves, as listenAndServe takes it; `usual` is the part of the plane of pictures that name none. */
export function mandelwebOf(usual: Part) {
  const picture: Route = {
    handler: 'picture',
    read: (query) => readPicture(query, usual),
    type: 'image/png',
    // The same query is the same picture, for as long as this program is what it is.
    headers: { 'cache-control': 'public, max-age=3600' },
  };
  return { name: 'mandelweb', routes: { '/mandelbrot': picture }, page: startPage } as const;
}

/** The same, whose pictures are the scenes' own parts. */
export const mandelweb = mandelwebOf(scenePart);
