// Mode "buffered": like "workers", but the channel has room for all pixels.
// After nWorkersFillImg in the workshop's examples/mandelbrot-buffered.

import { type Chan, chan, type Go, go, int, struct, WaitGroup } from '../go/index.js';
import { fillPixel, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(nBufferedWorkersFillImg);

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

export function* nBufferedWorkersFillImg(m: Img, workers: number): Go {
  const wg = new WaitGroup();
  wg.add(workers);

  const c = chan(point, m.w * m.h);
  for (let i = 0; i < workers; i++) {
    go(worker, m, c, wg);
  }
  for (const i of m.rows()) {
    for (let j = 0; j < m.h; j++) {
      yield* c.send({ i, j });
    }
  }
  c.close();
  yield* wg.wait();
}

export function* worker(m: Img, c: Chan<Point>, wg: WaitGroup): Go {
  yield* c.range((p) => fillPixel(m, p.i, p.j));
  wg.done();
}
