// Painting pixels, one at a time: what all modes hand out. After fillPixel and paint in the workshop's
// examples/mandelbrot, and pixel in justforfunc 22.

import { charge, work } from '../go/types.js';
import type { Img } from './image.js';

/** Iterations after which a point counts as inside. Also what the original divides coordinates by, whatever the size. */
const n = 1000;
/** |z|^2 beyond which a point has escaped. */
const limit = 2.0 * 2.0;
/** The same for justforfunc's scene. */
const complexity = 1024;

/** Computes and stores the pixel (x, y) of `m`. Never parks. */
export function fillPixel(m: Img, x: number, y: number): void {
  if (m.scene === 2) fillNormed(m, x, y);
  else fillZoomed(m, x, y, m.scene === 1 ? 4.0 : 2.0);
  charge(work.pixel, 1);
}

function fillZoomed(m: Img, x: number, y: number, zoom: number): void {
  const cr = (zoom * x) / n - 1.5;
  const ci = (zoom * y) / n - 1.0;
  let zr = 0.0;
  let zi = 0.0;
  let tr = 0.0;
  let ti = 0.0;
  let i = 0;
  for (; i < n && tr + ti <= limit; i++) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  paint(m, x, y, tr, ti);
  charge(work.iteration, i);
}

/** The shade: Go's `byte(tr * ti * 2)`, which cuts off the fraction and keeps the low 8 bits, as `&` does. */
function paint(m: Img, x: number, y: number, tr: number, ti: number): void {
  m.pix[x * m.h + y] = (tr * ti * 2) & 255;
}

function fillNormed(m: Img, x: number, y: number): void {
  const xi = norm(x, m.w, -1.0, 2);
  const yi = norm(y, m.h, -1, 1);
  let zr = 0.0;
  let zi = 0.0;
  let i = 0;
  for (; zr * zr + zi * zi < complexity && i < n; i++) {
    const t = zr * zr - zi * zi + xi;
    zi = 2 * zr * zi + yi;
    zr = t;
  }
  m.pix[x * m.h + y] = zr & 255;
  charge(work.iteration, i);
}

function norm(x: number, total: number, min: number, max: number): number {
  return ((max - min) * x) / total - max;
}
