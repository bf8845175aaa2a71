// How many turns the kernel's loop takes for a picture, counted apart from the kernels: what a kernel leaves out, because
// it knows what would come of it, is counted all the same.

/** Turns of the loop for the workshop's scene, size x size. */
export function iterations(size: number): number {
  let total = 0;
  for (let x = 0; x < size; x++) {
    for (let y = 0; y < size; y++) total += turns((2 * x) / 1000 - 1.5, (2 * y) / 1000 - 1);
  }
  return total;
}

function turns(cr: number, ci: number): number {
  let [zr, zi, tr, ti] = [0, 0, 0, 0];
  let k = 0;
  for (; k < 1000 && tr + ti <= 4; k++) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  return k;
}
