// Orbits: the workshop's picture, painted independently of all kernels. It gives the picture that they must paint, and the number of
// iterations, including those that a kernel skips because it knows their result.

import { createHash } from 'node:crypto';

export interface Orbits {
  /** Turns of the loop. */
  readonly iterations: number;
  /** SHA-256 of the grey plane. */
  readonly sum: string;
}

/** What coordinates are divided by in the workshop, whatever the size. */
export const DIVISOR = 1000;

const known = new Map<string, Orbits>();

/**
 * The workshop's scene, size x size.
 * @param divisor the size, for a picture that shows the same at any size
 * @param every one row in so many; the others stay black
 */
export function orbits(size: number, divisor = DIVISOR, every = 1): Orbits {
  const key = `${size} ${divisor} ${every}`;
  const found = known.get(key) ?? follow(size, divisor, every);
  known.set(key, found);
  return found;
}

function follow(size: number, divisor: number, every: number): Orbits {
  const plane = new Uint8Array(size * size);
  let iterations = 0;
  for (let x = 0; x < size; x += every) {
    const cr = (2 * x) / divisor - 1.5;
    for (let y = 0; y < size; y++) {
      const ci = (2 * y) / divisor - 1;
      let zr = 0;
      let zi = 0;
      let tr = 0;
      let ti = 0;
      let k = 0;
      for (; k < 1000 && tr + ti <= 4; k++) {
        zi = 2 * zr * zi + ci;
        zr = tr - ti + cr;
        tr = zr * zr;
        ti = zi * zi;
      }
      plane[y * size + x] = tr * ti * 2;
      iterations += k;
    }
  }
  return { iterations, sum: createHash('sha256').update(plane).digest('hex') };
}
