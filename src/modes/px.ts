// Mode "px": a goroutine for every pixel. After oneToOneFillImg in the workshop's examples/mandelbrot.

import { type Go, go, WaitGroup } from '../go/index.js';
import { fillPixel, type Img } from '../mandelbrot/index.js';
import { mainOf } from './paint.js';

export const main = mainOf(oneToOneFillImg);

export function* oneToOneFillImg(m: Img): Go {
  const wg = new WaitGroup();
  for (const i of m.rows()) {
    wg.add(m.h); // per row, because a cancelled picture has no more rows
    for (let j = 0; j < m.h; j++) {
      go(pixel, m, i, j, wg);
    }
  }
  yield* wg.wait();
}

// Unlike Go, not a closure: a closure cannot cross threads. The same holds for the bodies of the other modes.
export function pixel(m: Img, i: number, j: number, wg: WaitGroup): void {
  fillPixel(m, i, j);
  wg.done();
}
