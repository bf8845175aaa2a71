// The first turns of the pixels of a span: eight pixels at a time, in order, with a test after each turn and no branch for a
// pixel. Half of the workshop's pixels escape there, and have their colours at once. Those that are left wait for a lane
// (kernel.ts). Where pixels escape their neighbours mostly do so soon, so a group stays here for as long as some of it do.

import { ax, ay, bound, bx, by, cx, cy, iterations, product, safe, shade } from './view';

/** Turns of a block. */
export const B: i32 = 8;
/** Turns that a pixel takes here at least. */
export const FIRST: i32 = 8;
/** Pixels that are gathered at a time. With so few left a group is done here. */
const GROUP: i32 = 8;
const FEW: i32 = 2;

/** Bytes of two pixels in the memory for a group; where in it are z, c, the shade so far, and which are inside. */
const PAIR: usize = 96;
export const ZR: usize = 0;
export const ZI: usize = 16;
export const CR: usize = 32;
export const CI: usize = 48;
const SHADE: usize = 64;
const INSIDE: usize = 80;
/** Bytes of a group. */
export const GROUP_SIZE: usize = 4 * PAIR;

/** The gathered pixels that still run, a bit each; where the first of the group is, and the blocks that they have to take. */
export let waiting: i32 = 0;
export let blocks: i32 = 0;
let groupAt: usize = 0;
let group: usize = 0;
/** What is left of the span: the next pixel, where it is, how many there are. */
export let count: i32 = 0;
let at: usize = 0;
let stride: usize = 0;
let x: i32 = 0;
let y: i32 = 0;
let dx: i32 = 0;
let dy: i32 = 0;
/** Turns that leave whole blocks. */
let first: i32 = 0;
/** Turns taken here, all pixels counted, and one by one. */
export let gatherTurns: f64 = 0;
export let singleTurns: i32 = 0;

/** Begins a span; `memory` is for a group. */
export function begin(
  memory: usize,
  place: usize,
  apart: i32,
  total: i32,
  x0: i32,
  y0: i32,
  xStep: i32,
  yStep: i32,
): void {
  group = memory;
  at = place;
  stride = apart;
  count = total;
  x = x0;
  y = y0;
  dx = xStep;
  dy = yStep;
  first = FIRST + ((iterations - FIRST) % B);
  waiting = 0;
  gatherTurns = 0;
  singleTurns = 0;
}

/** Takes at most `left` turns one by one, and paints. */
export function finish(p: usize, zr: f64, zi: f64, cr: f64, ci: f64, left: i32): void {
  let tr = zr * zr;
  let ti = zi * zi;
  singleTurns += left;
  for (; left > 0 && tr + ti <= bound; left--) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  singleTurns -= left;
  shade(p, product ? tr * ti : zr);
}

/** Where z and c of pixel k of the group are. */
export function recordOf(k: i32): usize {
  return group + <usize>(k >> 1) * PAIR + ((<usize>(k & 1)) << 3);
}

/** Where pixel k of the group is in the picture. */
export function placeOf(k: i32): usize {
  return groupAt + <usize>k * stride;
}

/** Takes one of those that wait. */
export function take(): i32 {
  const k = ctz(waiting);
  waiting &= waiting - 1;
  return k;
}

/** Two neighbours' coordinates: (a * x) / b - c. */
function coordinates(a: f64, b: f64, c: f64, from: i32, step: i32): v128 {
  const places = f64x2.replace_lane(f64x2.splat(<f64>from), 1, <f64>(from + step));
  return f64x2.sub(f64x2.div(f64x2.mul(f64x2.splat(a), places), f64x2.splat(b)), f64x2.splat(c));
}

/** Takes the group through its first turn, from 0 to c. */
function enter(): void {
  const limit = f64x2.splat(bound);
  gatherTurns += <f64>GROUP;
  for (let k: i32 = 0, q = group; k < GROUP; k += 2, q += PAIR) {
    const cr = coordinates(ax, bx, cx, x + k * dx, dx);
    const ci = coordinates(ay, by, cy, y + k * dy, dy);
    v128.store(q, cr, ZR);
    v128.store(q, ci, ZI);
    v128.store(q, cr, CR);
    v128.store(q, ci, CI);
    const tr = f64x2.mul(cr, cr);
    const ti = f64x2.mul(ci, ci);
    v128.store(q, product ? f64x2.mul(tr, ti) : cr, SHADE);
    v128.store(q, f64x2.le(f64x2.add(tr, ti), limit), INSIDE);
  }
}

/**
 * Takes the group through n turns.
 * @returns which of it are inside
 */
function turn(n: i32): i32 {
  const limit = f64x2.splat(bound);
  let left: i32 = 0;
  for (let k: i32 = 0, q = group; k < GROUP; k += 2, q += PAIR) {
    const cr = v128.load(q, CR);
    const ci = v128.load(q, CI);
    let zr = v128.load(q, ZR);
    let zi = v128.load(q, ZI);
    let tr = f64x2.mul(zr, zr);
    let ti = f64x2.mul(zi, zi);
    let v = v128.load(q, SHADE);
    let inside = v128.load(q, INSIDE);
    for (let i: i32 = 0; i < n; i++) {
      zi = f64x2.add(f64x2.mul(f64x2.add(zr, zr), zi), ci);
      zr = f64x2.add(f64x2.sub(tr, ti), cr);
      tr = f64x2.mul(zr, zr);
      ti = f64x2.mul(zi, zi);
      v = v128.bitselect(product ? f64x2.mul(tr, ti) : zr, v, inside);
      inside = v128.and(inside, f64x2.le(f64x2.add(tr, ti), limit));
    }
    v128.store(q, zr, ZR);
    v128.store(q, zi, ZI);
    v128.store(q, v, SHADE);
    v128.store(q, inside, INSIDE);
    left |= i64x2.bitmask(inside) << k;
  }
  gatherTurns += <f64>(n * GROUP);
  return left;
}

/** Paints those that have escaped. Those that have not may get a colour too, which is not their last. */
function paint(size: i32, left: i32): void {
  const v0 = v128.load(group, SHADE);
  const v1 = v128.load(group + PAIR, SHADE);
  const v2 = v128.load(group + 2 * PAIR, SHADE);
  const v3 = v128.load(group + 3 * PAIR, SHADE);
  const large = f64x2.max(f64x2.max(f64x2.abs(v0), f64x2.abs(v1)), f64x2.max(f64x2.abs(v2), f64x2.abs(v3)));
  // Twice that must be a 32-bit integer.
  if (size < GROUP || !i64x2.all_true(f64x2.lt(large, f64x2.splat(1073741824)))) {
    for (let k: i32 = 0; k < size; k++) {
      if (!((left >> k) & 1)) shade(at + <usize>k * stride, load<f64>(recordOf(k), SHADE));
    }
    return;
  }
  const twice = f64x2.splat(product ? 2 : 1);
  const i0 = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(v0, twice));
  const i1 = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(v1, twice));
  const i2 = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(v2, twice));
  const i3 = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(v3, twice));
  const low = v128.shuffle<u8>(i0, i1, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20);
  const high = v128.shuffle<u8>(i2, i3, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20, 0, 4, 16, 20);
  let bytes = i64x2.extract_lane(v128.shuffle<u32>(low, high, 0, 4, 0, 4), 0);
  if (stride === 1) {
    store<u64>(at, bytes);
    return;
  }
  for (let k: i32 = 0, p = at; k < GROUP; k++, p += stride) {
    store<u8>(p, <u8>bytes);
    bytes >>= 8;
  }
}

/** Takes the next pixels of the span through their first turns, paints those that escape, and leaves the others in `waiting`. */
export function gather(): void {
  const size = min(count, GROUP);
  const all = (1 << size) - 1;
  enter();
  let taken = first;
  let left = turn(first - 1) & all;
  let before = all;
  while (left !== before && popcnt(left) > FEW && taken + 2 * B <= iterations) {
    before = left;
    left = turn(B) & all;
    taken += B;
  }
  if (left !== all) paint(size, left);
  for (let bits = left; bits; bits &= bits - 1) {
    const k = ctz(bits);
    const q = recordOf(k);
    const cr = load<f64>(q, CR);
    const ci = load<f64>(q, CI);
    if (cr * cr + ci * ci <= safe) continue;
    left ^= 1 << k;
    finish(at + <usize>k * stride, load<f64>(q, ZR), load<f64>(q, ZI), cr, ci, iterations - taken);
  }
  blocks = (iterations - taken) / B;
  waiting = left;
  groupAt = at;
  at += <usize>size * stride;
  x += size * dx;
  y += size * dy;
  count -= size;
}
