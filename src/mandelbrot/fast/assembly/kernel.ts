// The fast kernel, in AssemblyScript: the same pixels as the plain one (../../fill.ts), to the last bit. It works in the memory
// of the run: places are offsets in bytes. What it shows is in the picture's record (../../image.ts).
//
// A span of pixels goes through two stages. gather() has their first turns (gather.ts). span() has those that are left in
// eight lanes, four vectors of two; whenever one has finished, its lane gets the next. The four do not depend on each other, so the
// processor overlaps them. Here there is one test for a block of turns, and z at the ends of the last blocks is kept in a ring:
//
// _Escaped?_ Once |z|^2 is beyond the bound it stays there, so the end of a block is enough to see it: with R the root of the
// bound (2 or 32) and |z| >= R, |z^2 + c| >= R^2 - |c| >= 2R - |c| > R as long as |c| < R, by a margin of 2^-31 R which is a
// million times what rounding takes; and what overflows is infinite or NaN from then on, which is not within the bound either.
// Points with |c| closer to R than that (safe) do not come here. The lane goes back to the beginning of the block and
// takes the turns one by one, because the shade is that of the first z outside.
//
// _Periodic?_ A z that is equal to an earlier one of the same point comes back for ever, so the z after the last turn
// is known, and it is in the ring: the two are so many blocks apart, and the remainder of what is left says which. Equal is
// what == says. Only the real parts are compared in vectors; event() looks at the rest. Zeros of both signs are equal and
// not the same, but every turn takes equal numbers to equal numbers (squares and sums of them differ in the sign of a zero
// at most), and the shade of equal numbers is the same.

import {
  B,
  begin,
  blocks,
  CI,
  CR,
  count,
  FIRST,
  finish,
  gather,
  gatherTurns,
  placeOf,
  recordOf,
  singleTurns,
  take,
  waiting,
  ZI,
  ZR,
} from './gather';
import { pixel } from './pixel';
import { bound, iterations, product, shade, view } from './view';

export { pixel };

const LANES: i32 = 8;
/** Bytes of a complex number for each lane: the real parts, and from IM on the imaginary ones. */
const COMPLEX: usize = 128;
const IM: usize = 64;
/** How many ends of blocks the ring holds. */
const RING: i32 = 16;
/**
 * How many blocks back is the z that is looked at, for each of 16 blocks, from the lowest digit on. A period of p turns is seen
 * if p divides 8 times that. Most have 1, 2, 4 or 8, then 3 and 6, so 1 and 3 come often.
 */
// biome-ignore lint/correctness/noPrecisionLoss: it is an integer of 64 bits here
const AGES: u64 = 0xb151913171513131;

/** What is known of a lane: where its pixel is, 0 if it is idle; the block at whose end it has taken all turns; its first. */
const LANE: usize = 16;
const AT: usize = 0;
const DUE: usize = 4;
const SINCE: usize = 8;

/** A point whose orbit neither escapes nor comes back soon: for idle lanes. */
const IDLE: f64 = -1.9;

/** Where c, what is known of the lanes, the ring, and its newest z are. */
let c: usize = 0;
let lanes: usize = 0;
let ring: usize = 0;
let here: usize = 0;
/** Blocks done; the next at whose end a lane may have taken all its turns. */
let block: i32 = 0;
let due: i32 = 0;
/** Lanes that have a pixel. */
let live: i32 = 0;
/** Turns of pixels that have so few of them that there are no blocks. */
let few: i32 = 0;

/** Where z at the end of a block is. */
function entry(b: i32): usize {
  return ring + <usize>(b & (RING - 1)) * COMPLEX;
}

function laneOf(l: i32): usize {
  return lanes + <usize>l * LANE;
}

/** Gives lane l the next pixel, if there is one. */
function refill(l: i32): void {
  const lane = laneOf(l);
  while (waiting === 0) {
    if (count === 0) {
      store<u32>(lane, 0, AT);
      store<i32>(lane, i32.MAX_VALUE, DUE);
      set(l, 0, 0, IDLE, 0);
      return;
    }
    gather();
  }
  const k = take();
  const q = recordOf(k);
  set(l, load<f64>(q, ZR), load<f64>(q, ZI), load<f64>(q, CR), load<f64>(q, CI));
  store<u32>(lane, <u32>placeOf(k), AT);
  store<i32>(lane, block + blocks, DUE);
  store<i32>(lane, block, SINCE);
  due = min(due, block + blocks);
  live++;
}

function set(l: i32, zr: f64, zi: f64, cr: f64, ci: f64): void {
  const pair = (<usize>(l & ~1)) << 3;
  const mask = i64x2.eq(i64x2.splat(l & 1), i64x2(0, 1));
  put(here + pair, mask, zr);
  put(here + pair + IM, mask, zi);
  put(c + pair, mask, cr);
  put(c + pair + IM, mask, ci);
}

/** Stores half of a vector. A whole one is written because a load that finds it in two parts waits for both to be in memory. */
function put(p: usize, mask: v128, v: f64): void {
  v128.store(p, v128.bitselect(f64x2.splat(v), v128.load(p), mask));
}

/** Something has happened in the lanes of `bits`, or some are due: paints what is done, and refills. */
function event(bits: i32, age: i32): void {
  if (block === due) {
    due = i32.MAX_VALUE;
    for (let l: i32 = 0; l < LANES; l++) {
      const end = load<i32>(laneOf(l), DUE);
      if (end === block) bits |= 1 << l;
      else due = min(due, end);
    }
  }
  const back = block - age;
  for (; bits; bits &= bits - 1) {
    const l = ctz(bits);
    const lane = laneOf(l);
    const p = <usize>load<u32>(lane, AT);
    if (p === 0) continue;
    const o = (<usize>l) << 3;
    let z = here + o;
    let zr = load<f64>(z);
    let zi = load<f64>(z, IM);
    if (!(zr * zr + zi * zi <= bound)) {
      z = entry(block - 1) + o;
      finish(p, load<f64>(z), load<f64>(z, IM), load<f64>(c + o), load<f64>(c + o, IM), B);
    } else {
      const left = load<i32>(lane, DUE) - block;
      if (left > 0) {
        z = entry(back) + o;
        if (zr !== load<f64>(z) || zi !== load<f64>(z, IM) || back < load<i32>(lane, SINCE)) continue;
        z = entry(back + (left % age)) + o;
        zr = load<f64>(z);
        zi = load<f64>(z, IM);
      }
      shade(p, product ? zr * zr * (zi * zi) : zr);
    }
    live--;
    refill(l);
  }
}

/** True for lanes that are inside, and whose real part is not that of the other z. */
function goesOn(zr: v128, zi: v128, other: v128, limit: v128): v128 {
  const inside = f64x2.le(f64x2.add(f64x2.mul(zr, zr), f64x2.mul(zi, zi)), limit);
  return v128.andnot(inside, f64x2.eq(zr, other));
}

/**
 * Paints `total` pixels from (x0, y0) on, in steps of (xStep, yStep), which lie so many bytes apart.
 * @param scratch 4 KiB of memory that is this thread's
 * @returns turns taken in vectors, lanes counted; turns() has the others
 */
export function span(
  from: usize,
  scratch: usize,
  place: usize,
  apart: i32,
  total: i32,
  x0: i32,
  y0: i32,
  xStep: i32,
  yStep: i32,
): f64 {
  view(from);
  few = 0;
  c = (scratch + 63) & ~63; // vectors do not cross lines of the cache
  lanes = c + COMPLEX;
  ring = lanes + <usize>LANES * LANE;
  begin(ring + <usize>RING * COMPLEX, place, apart, total, x0, y0, xStep, yStep);
  if (iterations < FIRST + B) {
    for (let k: i32 = 0; k < total; k++) {
      few += pixel(from, place + <usize>(k * apart), x0 + k * xStep, y0 + k * yStep);
    }
    return 0;
  }
  block = 0;
  due = i32.MAX_VALUE;
  live = 0;
  here = entry(block);
  for (let l: i32 = 0; l < LANES; l++) refill(l);

  const limit = f64x2.splat(bound);
  let zr0 = v128.load(here);
  let zi0 = v128.load(here, IM);
  let cr0 = v128.load(c);
  let ci0 = v128.load(c, IM);
  let zr1 = v128.load(here, 16);
  let zi1 = v128.load(here, IM + 16);
  let cr1 = v128.load(c, 16);
  let ci1 = v128.load(c, IM + 16);
  let zr2 = v128.load(here, 32);
  let zi2 = v128.load(here, IM + 32);
  let cr2 = v128.load(c, 32);
  let ci2 = v128.load(c, IM + 32);
  let zr3 = v128.load(here, 48);
  let zi3 = v128.load(here, IM + 48);
  let cr3 = v128.load(c, 48);
  let ci3 = v128.load(c, IM + 48);
  while (live > 0) {
    for (let j: i32 = 0; j < B; j++) {
      const tr0 = f64x2.mul(zr0, zr0);
      const tr1 = f64x2.mul(zr1, zr1);
      const tr2 = f64x2.mul(zr2, zr2);
      const tr3 = f64x2.mul(zr3, zr3);
      const ti0 = f64x2.mul(zi0, zi0);
      const ti1 = f64x2.mul(zi1, zi1);
      const ti2 = f64x2.mul(zi2, zi2);
      const ti3 = f64x2.mul(zi3, zi3);
      zi0 = f64x2.add(f64x2.mul(f64x2.add(zr0, zr0), zi0), ci0);
      zi1 = f64x2.add(f64x2.mul(f64x2.add(zr1, zr1), zi1), ci1);
      zi2 = f64x2.add(f64x2.mul(f64x2.add(zr2, zr2), zi2), ci2);
      zi3 = f64x2.add(f64x2.mul(f64x2.add(zr3, zr3), zi3), ci3);
      zr0 = f64x2.add(f64x2.sub(tr0, ti0), cr0);
      zr1 = f64x2.add(f64x2.sub(tr1, ti1), cr1);
      zr2 = f64x2.add(f64x2.sub(tr2, ti2), cr2);
      zr3 = f64x2.add(f64x2.sub(tr3, ti3), cr3);
    }
    block++;
    const age = <i32>(AGES >> ((<u64>(block & 15)) << 2)) & 15;
    const back = entry(block - age);
    here = entry(block);
    v128.store(here, zr0);
    v128.store(here, zi0, IM);
    v128.store(here, zr1, 16);
    v128.store(here, zi1, IM + 16);
    v128.store(here, zr2, 32);
    v128.store(here, zi2, IM + 32);
    v128.store(here, zr3, 48);
    v128.store(here, zi3, IM + 48);
    const on0 = goesOn(zr0, zi0, v128.load(back), limit);
    const on1 = goesOn(zr1, zi1, v128.load(back, 16), limit);
    const on2 = goesOn(zr2, zi2, v128.load(back, 32), limit);
    const on3 = goesOn(zr3, zi3, v128.load(back, 48), limit);
    const on = v128.and(v128.and(on0, on1), v128.and(on2, on3));
    if (block === due || !i64x2.all_true(on)) {
      const low = i64x2.bitmask(on0) | (i64x2.bitmask(on1) << 2);
      const high = i64x2.bitmask(on2) | (i64x2.bitmask(on3) << 2);
      event((low | (high << 4)) ^ 0xff, age);
      zr0 = v128.load(here);
      zi0 = v128.load(here, IM);
      cr0 = v128.load(c);
      ci0 = v128.load(c, IM);
      zr1 = v128.load(here, 16);
      zi1 = v128.load(here, IM + 16);
      cr1 = v128.load(c, 16);
      ci1 = v128.load(c, IM + 16);
      zr2 = v128.load(here, 32);
      zi2 = v128.load(here, IM + 32);
      cr2 = v128.load(c, 32);
      ci2 = v128.load(c, IM + 32);
      zr3 = v128.load(here, 48);
      zi3 = v128.load(here, IM + 48);
      cr3 = v128.load(c, 48);
      ci3 = v128.load(c, IM + 48);
    }
  }
  return <f64>block * <f64>(B * LANES) + gatherTurns;
}

/** Turns that the last span has taken one by one. */
export function turns(): i32 {
  return few + singleTurns;
}
