// Mode "seq": one goroutine paints everything. After seqFillImg in the workshop's examples/mandelbrot.

import { fillPixel, type Img } from '../mandelbrot/index.js';

export function seqFillImg(m: Img): void {
  for (let i = 0; i < m.w; i++) {
    for (let j = 0; j < m.h; j++) {
      fillPixel(m, i, j);
    }
  }
}
