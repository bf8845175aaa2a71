// Programs that paint: the workshop's picture, which computes, and a strip of the plane that escapes at once, which does
// not. What the modes do to the strip is nearly all handing out.

import { type Go, go, microsecond, now, WaitGroup } from '../go/index.js';
import { encode, fillPixel, type Img, newImg } from '../mandelbrot/index.js';
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

const kinds = { scene, strip, one, together };

/** What took how long, in nanoseconds. */
export function* main(kind: keyof typeof kinds, fill: Fill, workers: number): Go<readonly number[]> {
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

/** The same rows by so many goroutines, each all of them, on as many Ps: processor time of one. */
function* together(_fill: Fill, workers: number): Go<readonly number[]> {
  const m = newImg(SIDE, SIDE, 0);
  const wg = new WaitGroup();
  wg.add(workers);
  const begin = process.cpuUsage();
  for (let k = 0; k < workers; k++) {
    go(rows, m, wg);
  }
  yield* wg.wait();
  const { user, system } = process.cpuUsage(begin);
  return [((user + system) * microsecond) / workers];
}

/** Rows through the middle of the picture. */
export function rows(m: Img, wg: WaitGroup): void {
  for (let i = SIDE / 2; i < SIDE / 2 + ROWS; i++) {
    for (let j = 0; j < m.h; j++) {
      fillPixel(m, i, j);
    }
  }
  wg.done();
}
const ROWS = 128;
