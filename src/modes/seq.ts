// Mode "seq": one goroutine paints everything. After seqFillImg in the workshop's examples/mandelbrot.

import { fillRow, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(seqFillImg);

export function seqFillImg(m: Img): void {
  for (let i = 0; i < m.w; i++) {
    fillRow(m, i);
  }
}
