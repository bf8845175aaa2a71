// Mode "rowworkers": n goroutines are fed one row at a time over a channel that has room for all rows. After the solution of
// the lesson's exercise in the workshop's examples/mandelbrot. (There are m.w rows: the original's m.h, see mandelbrot/image.ts.)

import { type Chan, chan, type Go, go, int, WaitGroup } from '../go/index.js';
import { fillRow, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(nRowWorkersFillImg);

export function* nRowWorkersFillImg(m: Img, workers: number): Go {
  const wg = new WaitGroup();
  wg.add(workers);

  const c = chan(int, m.w);
  for (let i = 0; i < workers; i++) {
    go(worker, m, c, wg);
  }
  for (const i of m.rows()) {
    yield* c.send(i);
  }
  c.close();
  yield* wg.wait();
}

export function* worker(m: Img, c: Chan<number>, wg: WaitGroup): Go {
  yield* c.range((i) => fillRow(m, i));
  wg.done();
}
