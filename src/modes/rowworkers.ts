// Mode "rowworkers": n goroutines are fed rows over a channel that has room for all of them: the lesson's exercise.
// (There are m.w rows: the original's m.h, see mandelbrot/image.ts.)
// After its solution in the workshop's examples/mandelbrot.

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
  for (let i = 0; i < m.w && !m.cancelled; i++) {
    yield* c.send(i);
  }
  c.close();
  yield* wg.wait();
}

export function* worker(m: Img, c: Chan<number>, wg: WaitGroup): Go {
  yield* c.range((i) => fillRow(m, i));
  wg.done();
}
