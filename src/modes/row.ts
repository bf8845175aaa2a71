// Mode "row": a goroutine for every row m[i]. After onePerRowFillImg in the workshop's examples/mandelbrot.

import { type Go, go, WaitGroup } from '../go/index.js';
import { fillRow, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(onePerRowFillImg);

export function* onePerRowFillImg(m: Img): Go {
  const wg = new WaitGroup();
  wg.add(m.w);
  for (let i = 0; i < m.w; i++) {
    go(row, m, i, wg);
  }
  yield* wg.wait();
}

export function row(m: Img, i: number, wg: WaitGroup): void {
  fillRow(m, i);
  wg.done();
}
