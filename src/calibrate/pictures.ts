// Programs that paint, on one or two Ps: the workshop's picture, and a strip of the plane whose points escape at once, so that
// nearly all of a mode's time is the distribution of its pixels.

import { type Go, microsecond, now } from '../go/index.js';
import { encode, type Img, newImg } from '../mandelbrot/index.js';
import { nBufferedWorkersFillImg } from '../modes/buffered.js';
import { oneToOneFillImg } from '../modes/px.js';
import { onePerRowFillImg } from '../modes/row.js';
import { seqFillImg } from '../modes/seq.js';
import { nWorkersFillImg } from '../modes/workers.js';
import { SIDE, STRIP } from './costs.js';
import { stopwatch } from './stopwatch.js';

const fills = {
  seq: seqFillImg,
  row: onePerRowFillImg,
  px: oneToOneFillImg,
  workers: nWorkersFillImg,
  buffered: nBufferedWorkersFillImg,
};
export type Fill = keyof typeof fills;

const kinds = { scene, shared, strip, one };
export type Picture = keyof typeof kinds;

/** Paints. @returns nanoseconds: of what, each kind says */
export function* main(kind: Picture, fill: Fill, workers: number): Go<readonly number[]> {
  return yield* kinds[kind](fill, workers);
}

function* paint(m: Img, fill: Fill, workers: number): Go {
  const going = fills[fill](m, workers);
  if (going) yield* going;
}

/** Painting the workshop's picture, and encoding it. */
function* scene(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const painting = stopwatch();
  yield* paint(m, fill, workers);
  const ns = painting();
  const encoding = stopwatch();
  encode(m);
  return [ns, encoding()];
}

/** Painting the workshop's picture on several Ps: wall time, and how many cores were busy. */
function* shared(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const cpu = process.cpuUsage();
  const begin = now();
  yield* paint(m, fill, workers);
  const ns = now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return [ns, ((user + system) * microsecond) / ns];
}

/** Distributing the pixels of the strip. */
function* strip(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(STRIP.w, STRIP.h, STRIP.scene);
  const elapsed = stopwatch();
  yield* paint(m, fill, workers);
  return [elapsed()];
}

/** Encoding a picture of one pixel: the cost of encoding besides the pixels; and when it ended. */
// biome-ignore lint/correctness/useYield: all kinds are generators
function* one(): Go<readonly number[]> {
  const m = newImg(1, 1, 0);
  const elapsed = stopwatch();
  encode(m);
  return [elapsed(), now()];
}
