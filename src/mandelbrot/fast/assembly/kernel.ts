// The fast kernel, in AssemblyScript: the same pixels as the plain one (../../fill.ts), to the last bit. It works in the memory
// of the run: places are offsets in bytes. The view is in the picture's record (../../image.ts).
//
// A span of pixels (a row or a column) goes through two stages. gather() makes the first iterations of all pixels (gather.ts).
// span() iterates the pixels that are left in eight lanes, one pixel per lane, until every one has a shade:
//
//     vector        0           1           2           3         one f64x2 for each of zr, zi, cr, ci: two lanes,
//     lanes       0   1       2   3       4   5       6   7       which keep their pixels while the others change theirs
//                 |   |       |   |       |   |       |   |
//    checkpoint   z   z       z   z       z   z       z   z       stored in the ring, entry block % 16
//                 :   :       :   :       :   :       :   :       block: 8 iterations (B) of all lanes, without an escape test
//    checkpoint   z   z       z   z       z   z       z   z       stored in the next entry, then one test of all lanes:
//                 |   |       |   |       |   |       |   |       no lane has escaped, is periodic or due: next block
//                 |   |     ESCAPED       |   |       |   |       otherwise retire() each lane that is:
//                                                                   replay  from the checkpoint before the block, one by one
//                                                                   paint   the shade of the first z outside
//                                                                   refill  the lane with the next pixel that waits
//
// A vector instruction of one f64x2 takes some cycles, but another one can start in each cycle. The code in span() is the same four
// times, once for each vector, because the four do not depend on each other: so the processor overlaps them. In a loop over vectors in
// memory, it would wait for loads and stores instead. A z at the end of a block is provisional: it is the pixel's result only if the
// pixel has not escaped in the block; if it has, the block is replayed.
//
// _Escaped?_ Once |z|^2 is beyond the bound it stays there, so a test at the end of a block is enough: with R the root of the
// bound (2 or 32) and |z| >= R, |z^2 + c| >= R^2 - |c| >= 2R - |c| > R as long as |c| < R, by a margin of 2^-31 R which is a
// million times the rounding error; and what overflows is infinite or NaN from then on, which is not within the bound either.
// Points whose |c| is closer to R than that (safe) never get a lane. The block is replayed because the shade is that of the first z
// outside.
//
// _Periodic?_ If z equals an earlier z of the same point, the orbit repeats for ever, so the z after the last iteration
// is known and is in the ring: the two are some number of blocks apart, and the remainder of the blocks left says which entry it is.
// The vectors compare the real parts only; retire() compares the rest. Equal is what == says: zeros of both signs are equal and
// not the same, but an iteration maps equal numbers to equal numbers (squares and sums of them differ in the sign of a zero
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
  pixelAt,
  scalarIterations as singles,
  slotOf,
  takeWaiting,
  vectorIterations,
  waiting,
  ZI,
  ZR,
} from './gather';
import { pixel } from './pixel';
import { bound, iterations, product, readView, shade } from './record';

export { pixel };

const LANES: i32 = 8;
/** Bytes of one complex number per lane. */
const COMPLEX: usize = 128;
/** Offset of the imaginary parts in it; the real parts come first. */
const IM: usize = 64;
/** Checkpoints in the ring: a power of two above the largest age. */
const RING: i32 = 16;
/**
 * How many blocks old the checkpoint is to which z is compared, for each of 16 blocks, from the lowest hexadecimal digit on. A period of p
 * iterations is detected if p divides 8 times the age. Most periods are 1, 2, 4 or 8, then 3 and 6, so the ages 1 and 3 are frequent.
 */
// biome-ignore lint/correctness/noPrecisionLoss: it is an integer of 64 bits here
const AGES: u64 = 0xb151913171513131;

/** Bytes of a lane's record. */
const LANE: usize = 16;
/** Offset in it: of the pixel's offset in the picture, 0 if the lane is idle. */
const AT: usize = 0;
/** Offset in it: of the block at whose end the pixel has made all iterations. */
const DUE: usize = 4;
/** Offset in it: of the pixel's first block. */
const SINCE: usize = 8;

/** The point in idle lanes. Its orbit neither escapes nor becomes periodic soon. */
const IDLE: f64 = -1.9;

/** Offset of c of all lanes. */
let c: usize = 0;
/** Offset of the lanes' records. */
let lanes: usize = 0;
/** Offset of the ring of checkpoints. */
let ring: usize = 0;
/** Offset of the newest checkpoint. */
let here: usize = 0;
/** Blocks done. */
let block: i32 = 0;
/** The next block at whose end a lane may have made all its iterations. */
let due: i32 = 0;
/** Lanes that have a pixel. */
let live: i32 = 0;
/** Iterations of pixels in a picture with too few iterations for blocks. */
let few: i32 = 0;

/** Offset of the checkpoint at the end of block b. */
function checkpoint(b: i32): usize {
  return ring + <usize>(b & (RING - 1)) * COMPLEX;
}

function laneOf(l: i32): usize {
  return lanes + <usize>l * LANE;
}

/** Gives lane l the next pixel that waits; makes it idle if there is none. */
function refill(l: i32): void {
  const lane = laneOf(l);
  while (waiting === 0) {
    if (count === 0) {
      store<u32>(lane, 0, AT);
      store<i32>(lane, i32.MAX_VALUE, DUE);
      setLane(l, 0, 0, IDLE, 0);
      return;
    }
    gather();
  }
  const k = takeWaiting();
  const q = slotOf(k);
  setLane(l, load<f64>(q, ZR), load<f64>(q, ZI), load<f64>(q, CR), load<f64>(q, CI));
  store<u32>(lane, <u32>pixelAt(k), AT);
  store<i32>(lane, block + blocks, DUE);
  store<i32>(lane, block, SINCE);
  due = min(due, block + blocks);
  live++;
}

/** Stores z and c of lane l. */
function setLane(l: i32, zr: f64, zi: f64, cr: f64, ci: f64): void {
  const pair = (<usize>(l & ~1)) << 3;
  const mask = i64x2.eq(i64x2.splat(l & 1), i64x2(0, 1));
  storeHalf(here + pair, mask, zr);
  storeHalf(here + pair + IM, mask, zi);
  storeHalf(c + pair, mask, cr);
  storeHalf(c + pair + IM, mask, ci);
}

/** Stores half of a vector. It writes the whole vector, because a load of a vector that was written in two parts stalls. */
function storeHalf(p: usize, mask: v128, v: f64): void {
  v128.store(p, v128.bitselect(f64x2.splat(v), v128.load(p), mask));
}

/**
 * Retires the lanes of `bits` that have escaped or are periodic, and all that are due: paints their pixels and refills them.
 * @param age blocks since the checkpoint to which z was compared
 */
function retire(bits: i32, age: i32): void {
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
      z = checkpoint(block - 1) + o;
      finish(p, load<f64>(z), load<f64>(z, IM), load<f64>(c + o), load<f64>(c + o, IM), B);
    } else {
      const left = load<i32>(lane, DUE) - block;
      if (left > 0) {
        z = checkpoint(back) + o;
        if (zr !== load<f64>(z) || zi !== load<f64>(z, IM) || back < load<i32>(lane, SINCE)) continue;
        z = checkpoint(back + (left % age)) + o;
        zr = load<f64>(z);
        zi = load<f64>(z, IM);
      }
      shade(p, product ? zr * zr * (zi * zi) : zr);
    }
    live--;
    refill(l);
  }
}

/** True for lanes that have not escaped, and whose real part differs from the older checkpoint's. */
function continues(zr: v128, zi: v128, other: v128, limit: v128): v128 {
  const inside = f64x2.le(f64x2.add(f64x2.mul(zr, zr), f64x2.mul(zi, zi)), limit);
  return v128.andnot(inside, f64x2.eq(zr, other));
}

/**
 * Paints `total` pixels from (x0, y0) on, in steps of (xStep, yStep).
 * @param from offset of the view
 * @param scratch offset of 4 KiB of memory of this thread
 * @param place offset of the first pixel in the picture
 * @param apart bytes from a pixel to the next one
 * @returns iterations made in vectors, each lane counted; scalarIterations() has the others
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
  readView(from);
  few = 0;
  c = (scratch + 63) & ~63; // so that no vector crosses a cache line
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
  here = checkpoint(block);
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
    // The test: every 8 iterations, one comparison for all lanes, and a branch that is rarely taken.
    const age = <i32>(AGES >> ((<u64>(block & 15)) << 2)) & 15;
    const back = checkpoint(block - age);
    here = checkpoint(block);
    v128.store(here, zr0);
    v128.store(here, zi0, IM);
    v128.store(here, zr1, 16);
    v128.store(here, zi1, IM + 16);
    v128.store(here, zr2, 32);
    v128.store(here, zi2, IM + 32);
    v128.store(here, zr3, 48);
    v128.store(here, zi3, IM + 48);
    const on0 = continues(zr0, zi0, v128.load(back), limit);
    const on1 = continues(zr1, zi1, v128.load(back, 16), limit);
    const on2 = continues(zr2, zi2, v128.load(back, 32), limit);
    const on3 = continues(zr3, zi3, v128.load(back, 48), limit);
    const on = v128.and(v128.and(on0, on1), v128.and(on2, on3));
    if (block === due || !i64x2.all_true(on)) {
      const low = i64x2.bitmask(on0) | (i64x2.bitmask(on1) << 2);
      const high = i64x2.bitmask(on2) | (i64x2.bitmask(on3) << 2);
      retire((low | (high << 4)) ^ 0xff, age);
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
  return <f64>block * <f64>(B * LANES) + vectorIterations;
}

/** Iterations that the last span has made one by one. */
export function scalarIterations(): i32 {
  return few + singles;
}
