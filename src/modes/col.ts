// Mode "col": a goroutine for every column of the matrix m: all m[i][j] with the same j. It differs from "row" only in the
// order in which it writes to memory.

import { type Go, go, WaitGroup } from '../go/index.js';
import { fillCol, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(onePerColFillImg);

export function* onePerColFillImg(m: Img): Go {
  const wg = new WaitGroup();
  wg.add(m.h);
  for (let j = 0; j < m.h; j++) {
    go(col, m, j, wg);
  }
  yield* wg.wait();
}

export function col(m: Img, j: number, wg: WaitGroup): void {
  fillCol(m, j);
  wg.done();
}
