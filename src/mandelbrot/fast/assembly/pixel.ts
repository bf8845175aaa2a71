// One pixel, without vectors, because each of its iterations needs the result of the one before. What saves time is to detect that z
// has become periodic. Blocks, and why they are exact, are explained in kernel.ts.

import { ax, ay, bound, bx, by, cx, cy, iterations, product, readView, safe, shade } from './record';

/** Iterations per block. */
const B: i32 = 8;
/** Iterations until the first z is kept to which later ones are compared; the distance grows from there. */
const KEEP: i32 = 16;

/**
 * Paints the pixel (x, y), which is at `p`.
 * @returns iterations made
 */
export function pixel(from: usize, p: usize, x: i32, y: i32): i32 {
  readView(from);
  const n = iterations;
  const cr = (ax * <f64>x) / bx - cx;
  const ci = (ay * <f64>y) / by - cy;
  const cc = cr * cr + ci * ci;
  let zr: f64 = 0;
  let zi: f64 = 0;
  let tr: f64 = 0;
  let ti: f64 = 0;
  let done: i32 = 0;
  // Half of the workshop's pixels escape in the first block. Near the bound, a test per block would not be enough.
  const single = cc <= safe ? min(n, B) : n;
  while (done < single && tr + ti <= bound) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
    done++;
  }
  let left = tr + ti <= bound ? n - done : 0;
  let keptR: f64 = NaN;
  let keptI: f64 = NaN;
  let keptAt = left;
  let keep = left;
  while (left >= B) {
    const br = zr;
    const bi = zi;
    for (let j: i32 = 0; j < B; j++) {
      zi = 2 * zr * zi + ci;
      zr = tr - ti + cr;
      tr = zr * zr;
      ti = zi * zi;
    }
    done += B;
    if (!(tr + ti <= bound)) {
      zr = br;
      zi = bi;
      tr = zr * zr;
      ti = zi * zi;
      break;
    }
    left -= B;
    if (zr === br && zi === bi) {
      left %= B; // most periods are 1, 2, 4 or 8
    } else if (zr === keptR && zi === keptI) {
      left %= keptAt - left;
      keptR = NaN; // the period is known: no more comparisons
      keep = -1;
    } else if (left <= keep) {
      keptR = zr;
      keptI = zi;
      keptAt = left;
      keep = left - KEEP - ((n - left) >> 2);
    }
  }
  while (left > 0 && tr + ti <= bound) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
    left--;
    done++;
  }
  shade(p, product ? tr * ti : zr);
  return done;
}
