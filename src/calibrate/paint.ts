// Programs that paint: the workshop's picture, which computes, and a strip of the plane that escapes at once, which does
// not. What the modes do to the strip is nearly all handing out.

import { type Go, microsecond, now } from '../go/index.js';
import { encode, type Img, newImg } from '../mandelbrot/index.js';
import { nBufferedWorkersFillImg } from '../modes/buffered.js';
import { oneToOneFillImg } from '../modes/px.js';
import { onePerRowFillImg } from '../modes/row.js';
import { seqFillImg } from '../modes/seq.js';
import { nWorkersFillImg } from '../modes/workers.js';
import { SIDE, STRIP } from './pictures.js';
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

/** What took how long, in nanoseconds. */
export function* main(kind: Picture, fill: Fill, workers: number): Go<readonly number[]> {
  return yield* kinds[kind](fill, workers);
}

function* painted(m: Img, fill: Fill, workers: number): Go {
  const going = fills[fill](m, workers);
  if (going) yield* going;
}

/** Painting the workshop's picture, and encoding it. */
function* scene(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const painting = stopwatch();
  yield* painted(m, fill, workers);
  const ns = painting();
  const encoding = stopwatch();
  encode(m);
  return [ns, encoding()];
}

/** Painting the workshop's picture on several Ps: by the clock alone; and how many cores that took. */
function* shared(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const cpu = process.cpuUsage();
  const begin = now();
  yield* painted(m, fill, workers);
  const ns = now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return [ns, ((user + system) * microsecond) / ns];
}

/** Handing out the pixels of the strip. */
function* strip(fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(STRIP.w, STRIP.h, STRIP.scene);
  const taken = stopwatch();
  yield* painted(m, fill, workers);
  return [taken()];
}

/** Encoding a picture of one pixel: what encoding costs besides the pixels; and when that was over. */
// biome-ignore lint/correctness/useYield: like the others
function* one(): Go<readonly number[]> {
  const m = newImg(1, 1, 0);
  const taken = stopwatch();
  encode(m);
  return [taken(), now()];
}
