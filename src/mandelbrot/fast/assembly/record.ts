// The view in a picture's record (../../image.ts): which points its pixels are, and how they are shaded.

/** 2^63: a double from here on does not fit a 64-bit integer, and its low 8 bits are 0. */
const HUGE: f64 = 9007199254740992.0 * 1024.0;

export let ax: f64 = 0;
export let bx: f64 = 0;
export let cx: f64 = 0;
export let ay: f64 = 0;
export let by: f64 = 0;
export let cy: f64 = 0;
/** The largest |z|^2 that has not escaped. */
export let bound: f64 = 0;
/** The largest |c|^2 for which an escape test at the end of a block is enough (kernel.ts). */
export let safe: f64 = 0;
/** Iterations after which a point counts as inside. */
export let iterations: i32 = 0;
/** True if the shade is the product of the squares, false if it is the real part. */
export let product: bool = false;

/** Reads the view at `from`. */
export function readView(from: usize): void {
  ax = load<f64>(from);
  bx = load<f64>(from, 8);
  cx = load<f64>(from, 16);
  ay = load<f64>(from, 24);
  by = load<f64>(from, 32);
  cy = load<f64>(from, 40);
  bound = load<f64>(from, 48);
  iterations = load<i32>(from, 56);
  product = load<i32>(from, 60) === 0;
  safe = bound - bound / 1073741824.0;
}

/** Paints the pixel at `p`: (v & 255) of JavaScript, where v is twice the product, or the real part. */
export function shade(p: usize, v: f64): void {
  if (product) v *= 2;
  store<u8>(p, Math.abs(v) < HUGE ? <u8>(<i64>v) : 0);
}
