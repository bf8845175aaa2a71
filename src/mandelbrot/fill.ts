// Filling: paints a pixel, a row or a column, the pieces of work that the modes distribute. Contains the plain kernel, after fillPixel
// and paint in the workshop's examples/mandelbrot and pixel in justforfunc 22; the fast kernel is in fast/.

import { charge, work } from '../go/types.js';
import { fastColumn, fastPixel, fastRow } from './fast/module.js';
import type { Img } from './image.js';
import { shade } from './scene.js';

/**
 * Computes and stores the pixel (x, y) of `m`, of a cancelled picture too: the test would take a tenth of the shortest pixel.
 * Never parks.
 */
export function fillPixel(m: Img, x: number, y: number): void {
  charge(work.pixel, 1);
  if (m.kernel !== 0) {
    fastPixel(m, x, y);
    return;
  }
  const { iterations: n, bound } = m;
  const cr = (m.ax * x) / m.bx - m.cx;
  const ci = (m.ay * y) / m.by - m.cy;
  let zr = 0.0;
  let zi = 0.0;
  let tr = 0.0;
  let ti = 0.0;
  let i = 0;
  for (; i < n && tr + ti <= bound; i++) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  paint(m, x, y, m.shade === shade.product ? tr * ti * 2 : zr);
  charge(work.iteration, i);
}

/** Fills the row m[i]: all pixels with x = i. Does nothing if `m` is cancelled. Never parks. */
export function fillRow(m: Img, i: number): void {
  if (m.cancelled) return;
  if (m.kernel === 0) {
    for (let j = 0; j < m.h; j++) fillPixel(m, i, j);
  } else {
    fastRow(m, i);
    charge(work.pixel, m.h);
  }
}

/** Fills the column of all m[i][j] with this j. Does nothing if `m` is cancelled. Never parks. */
export function fillCol(m: Img, j: number): void {
  if (m.cancelled) return;
  if (m.kernel === 0) {
    for (let i = 0; i < m.w; i++) fillPixel(m, i, j);
  } else {
    fastColumn(m, j);
    charge(work.pixel, m.w);
  }
}

/** Stores the shade: Go's `byte(v)` truncates and keeps the low 8 bits, as `&` does. */
function paint(m: Img, x: number, y: number, v: number): void {
  m.pix[x * m.h + y] = v & 255;
}
