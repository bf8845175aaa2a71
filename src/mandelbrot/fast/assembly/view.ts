// What a picture shows, as both ways of painting it read it from the picture's record (../../image.ts).

/** A double is too large for its low bits to be in a 64-bit integer, and they are 0, from 2^63 on. */
const HUGE: f64 = 9007199254740992.0 * 1024.0;

export let ax: f64 = 0;
export let bx: f64 = 0;
export let cx: f64 = 0;
export let ay: f64 = 0;
export let by: f64 = 0;
export let cy: f64 = 0;
/** The largest |z|^2 inside, and the largest |c|^2 for which testing at the end of a block is enough. */
export let bound: f64 = 0;
export let safe: f64 = 0;
/** Most turns of a pixel. */
export let iterations: i32 = 0;
/** The shade is the product of the squares; else the real part. */
export let product: bool = false;

/** Reads the record at `from`. */
export function view(from: usize): void {
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

/** Paints the pixel at `p`: v & 255 in JavaScript, where v is twice the product or the real part. */
export function shade(p: usize, v: f64): void {
  if (product) v *= 2;
  store<u8>(p, Math.abs(v) < HUGE ? <u8>(<i64>v) : 0);
}
