// Paints pictures with both kernels, the fast one by rows, by columns and by pixels, and compares them.

import { fillCol, fillPixel, fillRow, type Img, kernels, newImg } from 'mandel/mandelbrot';
import type { Picture } from './views.js';

const painters = {
  rows: (m: Img) => {
    for (let i = 0; i < m.w; i++) fillRow(m, i);
  },
  columns: (m: Img) => {
    for (let j = 0; j < m.h; j++) fillCol(m, j);
  },
  pixels: (m: Img) => {
    for (let i = 0; i < m.w; i++) {
      for (let j = 0; j < m.h; j++) fillPixel(m, i, j);
    }
  },
};
const [plain, fast] = kernels;
/** No picture of a test is all of this grey. */
const UNPAINTED = 77;

/** @returns what is wrong with the first that differs; '' if none does */
export function main(pictures: string): string {
  for (const picture of JSON.parse(pictures) as Picture[]) {
    const { w, h, scene, view } = picture;
    const right = newImg(w, h, scene, { ...view, kernel: plain.id });
    painters.rows(right);
    for (const [name, paint] of Object.entries(painters)) {
      const m = newImg(w, h, scene, { ...view, kernel: fast.id });
      if (m.kernel !== fast.id) return 'there is no fast kernel';
      m.pix.fill(UNPAINTED);
      paint(m);
      const wrong = right.pix.reduce((n, v, k) => n + (v === m.pix[k] ? 0 : 1), 0);
      if (wrong > 0) return `${name}: ${wrong} pixels differ in ${JSON.stringify(picture)}`;
    }
  }
  return '';
}
