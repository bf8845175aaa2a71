// Gathering: the first iterations of the pixels of a span, eight pixels at a time (a group), with an escape test after each iteration
// and no branch per pixel. Half of the workshop's pixels escape here, and get their shades at once. The others wait for a lane
// (kernel.ts). Neighbours of pixels that escape mostly escape soon, so a group stays here as long as a block makes some of it escape.

import { ax, ay, bound, bx, by, cx, cy, iterations, product, safe, shade } from './record';

/** Iterations per block. */
export const B: i32 = 8;
/** Iterations that every pixel makes here. */
export const FIRST: i32 = 8;
/** Pixels per group. */
const GROUP: i32 = 8;
/** With so few pixels left, a group goes to the lanes. */
const FEW: i32 = 2;

/**
 * Bytes of two pixels of a group in memory, and the offsets of their vectors: z, c, the shade so far, and a mask of those that have not
 * escaped.
 */
const PAIR: usize = 96;
export const ZR: usize = 0;
export const ZI: usize = 16;
export const CR: usize = 32;
export const CI: usize = 48;
const SHADE: usize = 64;
const INSIDE: usize = 80;
/** Bytes of a group. */
export const GROUP_SIZE: usize = 4 * PAIR;

/** The pixels of the group that wait for a lane, one bit each. */
export let waiting: i32 = 0;
/** Blocks that each of them has left. */
export let blocks: i32 = 0;
/** Offset of the group's first pixel in the picture. */
let groupAt: usize = 0;
/** Offset of the group's memory. */
let group: usize = 0;
/** The rest of the span: number of pixels, offset of the next one, its coordinates, and the steps to the one after it. */
export let count: i32 = 0;
let at: usize = 0;
let stride: usize = 0;
let x: i32 = 0;
let y: i32 = 0;
let dx: i32 = 0;
let dy: i32 = 0;
/** Iterations of a group before its blocks: FIRST, and what makes the rest whole blocks. */
let first: i32 = 0;
/** Iterations made here in vectors, each pixel counted. */
export let vectorIterations: f64 = 0;
/** Iterations made one by one. */
export let scalarIterations: i32 = 0;

/** Starts a span. @param memory GROUP_SIZE bytes for a group */
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
  vectorIterations = 0;
  scalarIterations = 0;
}

/** Makes at most `left` iterations one by one, and paints. */
export function finish(p: usize, zr: f64, zi: f64, cr: f64, ci: f64, left: i32): void {
  let tr = zr * zr;
  let ti = zi * zi;
  scalarIterations += left;
  for (; left > 0 && tr + ti <= bound; left--) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
  }
  scalarIterations -= left;
  shade(p, product ? tr * ti : zr);
}

/** Offset of z and c of the group's pixel k, in the group's memory. */
export function slotOf(k: i32): usize {
  return group + <usize>(k >> 1) * PAIR + ((<usize>(k & 1)) << 3);
}

/** Offset of the group's pixel k in the picture. */
export function pixelAt(k: i32): usize {
  return groupAt + <usize>k * stride;
}

/** Removes one pixel from those that wait. */
export function takeWaiting(): i32 {
  const k = ctz(waiting);
  waiting &= waiting - 1;
  return k;
}

/** The coordinates of two neighbours: (a * x) / b - c. */
function coordinates(a: f64, b: f64, c: f64, from: i32, step: i32): v128 {
  const pair = f64x2.replace_lane(f64x2.splat(<f64>from), 1, <f64>(from + step));
  return f64x2.sub(f64x2.div(f64x2.mul(f64x2.splat(a), pair), f64x2.splat(b)), f64x2.splat(c));
}

/** Makes the first iteration of the group, from 0 to c. */
function startGroup(): void {
  const limit = f64x2.splat(bound);
  vectorIterations += <f64>GROUP;
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
 * Makes n iterations of the group.
 * @returns a bit for each pixel that has not escaped
 */
function iterate(n: i32): i32 {
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
  vectorIterations += <f64>(n * GROUP);
  return left;
}

/**
 * Paints the pixels of the group that have escaped. When all eight are stored at once, the others get a provisional shade, which
 * finish() or retire() overwrites.
 */
function paintEscaped(size: i32, left: i32): void {
  const v0 = v128.load(group, SHADE);
  const v1 = v128.load(group + PAIR, SHADE);
  const v2 = v128.load(group + 2 * PAIR, SHADE);
  const v3 = v128.load(group + 3 * PAIR, SHADE);
  const large = f64x2.max(f64x2.max(f64x2.abs(v0), f64x2.abs(v1)), f64x2.max(f64x2.abs(v2), f64x2.abs(v3)));
  // Twice the largest must fit a 32-bit integer.
  if (size < GROUP || !i64x2.all_true(f64x2.lt(large, f64x2.splat(1073741824)))) {
    for (let k: i32 = 0; k < size; k++) {
      if (!((left >> k) & 1)) shade(at + <usize>k * stride, load<f64>(slotOf(k), SHADE));
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

/** Iterates the next group of the span, paints the pixels that escape, and leaves the others in `waiting`. */
export function gather(): void {
  const size = min(count, GROUP);
  const all = (1 << size) - 1;
  startGroup();
  let done = first;
  let left = iterate(first - 1) & all;
  let before = all;
  while (left !== before && popcnt(left) > FEW && done + 2 * B <= iterations) {
    before = left;
    left = iterate(B) & all;
    done += B;
  }
  if (left !== all) paintEscaped(size, left);
  for (let bits = left; bits; bits &= bits - 1) {
    const k = ctz(bits);
    const q = slotOf(k);
    const cr = load<f64>(q, CR);
    const ci = load<f64>(q, CI);
    if (cr * cr + ci * ci <= safe) continue;
    left ^= 1 << k;
    finish(at + <usize>k * stride, load<f64>(q, ZR), load<f64>(q, ZI), cr, ci, iterations - done);
  }
  blocks = (iterations - done) / B;
  waiting = left;
  groupAt = at;
  at += <usize>size * stride;
  x += size * dx;
  y += size * dy;
  count -= size;
}
