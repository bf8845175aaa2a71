// Mode "workers": n goroutines are fed one pixel at a time over an unbuffered channel.
// After nWorkersFillImg in the workshop's examples/mandelbrot.
// Unlike Go, whose original returns while its workers still paint, it waits for them.

import { type Chan, chan, type Go, go, int, struct, WaitGroup } from '../go/index.js';
import { fillPixel, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(nWorkersFillImg);

const point = struct({ i: int, j: int });
type Point = typeof point.zero;

export function* nWorkersFillImg(m: Img, workers: number): Go {
  const wg = new WaitGroup();
  wg.add(workers);

  const c = chan(point);
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
