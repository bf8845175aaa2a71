// The fast kernel, in AssemblyScript: the same pixels as the plain one (../../fill.ts), to the last bit. It works in the memory
// of the run: places are offsets in bytes. What it shows is in the picture's record (../../image.ts).
//
// A span of pixels goes through two stages. gather() takes eight of them through their first turns, in order, with a test after
// each turn: half of the workshop's pixels escape there. span() has the others in eight lanes, four vectors of two; whenever
// one has finished, its lane gets the next. The four do not depend on each other, so the processor overlaps them. Here there is one test for a block of
// turns:
//
// _Escaped?_ Once |z|^2 is beyond the bound it stays there, so the end of a block is enough to see it: with R the root of the
// bound (2 or 32) and |z| >= R, |z^2 + c| >= R^2 - |c| >= 2R - |c| > R as long as |c| < R, by a margin of 2^-31 R which is a
// million times what rounding takes; and what overflows is infinite or NaN from then on, which is not within the bound either.
// Points with |c| closer to R than that (safe) do not come here. The lane goes back to the beginning of the block and
// takes the turns one by one, because the shade is that of the first z outside.
//
// _Periodic?_ A z that is equal to an earlier one of the same point comes back for ever, so the z after the last turn
// is known: the lane is done as soon as what remains is a multiple of the period. Equal is what == says. Zeros
// of both signs are equal there and not the same, but every turn takes equal numbers to equal numbers (squares and sums of
// them differ in the sign of a zero at most), and the shade of equal numbers is the same.

import { pixel } from './pixel';
import { ax, ay, bound, bx, by, cx, cy, iterations, product, safe, shade, view } from './view';

export { pixel };

/** Turns of a block. */
const B: i32 = 8;
/** Blocks between two looks at z to which later ones are compared. */
const KEEP: i32 = 8;
/** Pixels that are gathered at a time, and how many turns they take there at least. */
const GROUP: i32 = 8;
const FIRST: i32 = 8;

/** Bytes of a vector's part of the scratch memory; where in it are z, c, the kept z, and z at the beginning of the block. */
const VECTOR: usize = 160;
const ZR: usize = 0;
const ZI: usize = 16;
const CR: usize = 32;
const CI: usize = 48;
const KR: usize = 64;
const KI: usize = 80;
const BR: usize = 96;
const BI: usize = 112;
/** Where the pixel of a lane is, 0 if the lane is idle; the block at whose end it will have taken all turns. */
const AT: usize = 128;
const DUE: usize = 144;
const LANE: usize = 8;
/** Pixels that have been gathered: z and c. */
const GATHERED: usize = 4 * VECTOR;
const QZR: usize = 0;
const QZI: usize = 64;
const QCR: usize = 128;
const QCI: usize = 192;

/** A point whose orbit neither escapes nor comes back soon: for idle lanes. */
const IDLE: f64 = -1.9;

/** What is left of the span: the next pixel, where it is, how many there are. */
let at: usize = 0;
let stride: usize = 0;
let count: i32 = 0;
let x: i32 = 0;
let y: i32 = 0;
let dx: i32 = 0;
let dy: i32 = 0;
/** Turns in gather(), and blocks after that. */
let first: i32 = 0;
let blocks: i32 = 0;
/** The gathered pixels that still run, a bit each; where the first of the group is, and their z and c. */
let waiting: i32 = 0;
let groupAt: usize = 0;
let gathered: usize = 0;
/** Blocks done, and at which of them z was kept. */
let block: i32 = 0;
let keptAt: i32 = 0;
/** Lanes that have a pixel. */
let live: i32 = 0;
/** Turns taken in gather(), lanes counted, and one by one. */
let gatherTurns: f64 = 0;
let singleTurns: i32 = 0;

/** Takes at most `left` turns one by one, and paints. */
function finish(p: usize, zr: f64, zi: f64, cr: f64, ci: f64, left: i32): void {
  let tr = zr * zr;
  let ti = zi * zi;
  for (; left > 0 && tr + ti <= bound; left--) {
    zi = 2 * zr * zi + ci;
    zr = tr - ti + cr;
    tr = zr * zr;
    ti = zi * zi;
    singleTurns++;
  }
  shade(p, product ? tr * ti : zr);
}

/** Two neighbours' coordinates: (a * x) / b - c. */
function coordinates(a: f64, b: f64, c: f64, from: i32, step: i32): v128 {
  const where = f64x2.replace_lane(f64x2.splat(<f64>from), 1, <f64>(from + step));
  return f64x2.sub(f64x2.div(f64x2.mul(f64x2.splat(a), where), f64x2.splat(b)), f64x2.splat(c));
}

/** Takes the next pixels of the span through their first turns, paints those that escape, and leaves the others in `waiting`. */
function gather(): void {
  const limit = f64x2.splat(bound);
  const size = min(count, GROUP);
  groupAt = at;
  waiting = 0;
  gatherTurns += <f64>(first * GROUP);
  for (let k: i32 = 0; k < size; k += 2) {
    const cr = coordinates(ax, bx, cx, x + k * dx, dx);
    const ci = coordinates(ay, by, cy, y + k * dy, dy);
    // The first turn takes 0 to c.
    let zr = cr;
    let zi = ci;
    let tr = f64x2.mul(zr, zr);
    let ti = f64x2.mul(zi, zi);
    const cc = f64x2.add(tr, ti);
    let inside = f64x2.le(cc, limit);
    let v = product ? f64x2.mul(tr, ti) : zr;
    for (let i: i32 = 1; i < first; i++) {
      zi = f64x2.add(f64x2.mul(f64x2.add(zr, zr), zi), ci);
      zr = f64x2.add(f64x2.sub(tr, ti), cr);
      tr = f64x2.mul(zr, zr);
      ti = f64x2.mul(zi, zi);
      v = v128.bitselect(product ? f64x2.mul(tr, ti) : zr, v, inside);
      inside = v128.and(inside, f64x2.le(f64x2.add(tr, ti), limit));
    }
    const q = gathered + ((<usize>k) << 3);
    v128.store(q, zr, QZR);
    v128.store(q, zi, QZI);
    v128.store(q, cr, QCR);
    v128.store(q, ci, QCI);
    const p = at + <usize>k * stride;
    let left = i64x2.bitmask(inside);
    if (!(left & 1)) shade(p, f64x2.extract_lane(v, 0));
    if (k + 1 === size)
      left &= 1; // the other one is not in the span
    else if (!(left & 2)) shade(p + stride, f64x2.extract_lane(v, 1));
    const unsafe = left & ~i64x2.bitmask(f64x2.le(cc, f64x2.splat(safe)));
    if (unsafe & 1) finishGathered(p, q);
    if (unsafe & 2) finishGathered(p + stride, q + LANE);
    waiting |= (left & ~unsafe) << k;
  }
  at += <usize>size * stride;
  x += size * dx;
  y += size * dy;
  count -= size;
}

function finishGathered(p: usize, q: usize): void {
  finish(p, load<f64>(q, QZR), load<f64>(q, QZI), load<f64>(q, QCR), load<f64>(q, QCI), iterations - first);
}

/** Gives the lane at `v` the next pixel, if there is one. */
function refill(v: usize): void {
  while (waiting === 0) {
    if (count === 0) {
      store<u32>(v, 0, AT);
      store<i32>(v, i32.MAX_VALUE, DUE);
      set(v, 0, 0, IDLE, 0);
      return;
    }
    gather();
  }
  const k = ctz(waiting);
  waiting &= waiting - 1;
  const q = gathered + ((<usize>k) << 3);
  set(v, load<f64>(q, QZR), load<f64>(q, QZI), load<f64>(q, QCR), load<f64>(q, QCI));
  store<u32>(v, <u32>(groupAt + <usize>k * stride), AT);
  store<i32>(v, block + blocks, DUE);
  live++;
}

function set(v: usize, zr: f64, zi: f64, cr: f64, ci: f64): void {
  store<f64>(v, zr, ZR);
  store<f64>(v, zi, ZI);
  store<f64>(v, cr, CR);
  store<f64>(v, ci, CI);
  store<f64>(v, NaN, KR); // equal to nothing
}

/** Something has happened in the vector at `v`: paints what is done, and refills its lanes. */
function event(v: usize, inside: v128, periodic: v128): void {
  const stays = i64x2.bitmask(inside);
  const returns = i64x2.bitmask(periodic);
  for (let k: i32 = 0; k < 2; k++, v += LANE) {
    const p = <usize>load<u32>(v, AT);
    if (p === 0) continue;
    if (!((stays >> k) & 1)) {
      finish(p, load<f64>(v, BR), load<f64>(v, BI), load<f64>(v, CR), load<f64>(v, CI), B);
    } else {
      const left = load<i32>(v, DUE) - block;
      if (left > 0) {
        if (!((returns >> k) & 1)) continue;
        const rest = left % (block - keptAt);
        if (rest > 0) {
          store<i32>(v, block + rest, DUE);
          store<f64>(v, NaN, KR);
          continue;
        }
      }
      const zr = load<f64>(v, ZR);
      const zi = load<f64>(v, ZI);
      shade(p, product ? zr * zr * (zi * zi) : zr);
    }
    live--;
    refill(v);
  }
}

/** The next block at whose end a lane has taken all its turns. */
function nextDue(scratch: usize): i32 {
  let due = i32.MAX_VALUE;
  for (let v = scratch; v < scratch + 4 * VECTOR; v += VECTOR) {
    due = min(due, min(load<i32>(v, DUE), load<i32>(v, DUE + LANE)));
  }
  return due;
}

/** True for lanes whose z is the kept one. */
function isKept(v: usize, zr: v128, zi: v128): v128 {
  return v128.and(f64x2.eq(zr, v128.load(v, KR)), f64x2.eq(zi, v128.load(v, KI)));
}

function isInside(zr: v128, zi: v128, limit: v128): v128 {
  return f64x2.le(f64x2.add(f64x2.mul(zr, zr), f64x2.mul(zi, zi)), limit);
}

/**
 * Paints `total` pixels from (x0, y0) on, in steps of (xStep, yStep), which lie so many bytes apart.
 * @param scratch 1 KiB of memory that is this thread's
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
  singleTurns = 0;
  if (iterations < FIRST + B) {
    for (let k: i32 = 0; k < total; k++) {
      singleTurns += pixel(from, place + <usize>(k * apart), x0 + k * xStep, y0 + k * yStep);
    }
    return 0;
  }
  at = place;
  stride = apart;
  count = total;
  x = x0;
  y = y0;
  dx = xStep;
  dy = yStep;
  first = FIRST + ((iterations - FIRST) % B);
  blocks = (iterations - first) / B;
  gathered = scratch + GATHERED;
  waiting = 0;
  block = 0;
  keptAt = 0;
  live = 0;
  gatherTurns = 0;

  const limit = f64x2.splat(bound);
  const v0 = scratch;
  const v1 = scratch + VECTOR;
  const v2 = scratch + 2 * VECTOR;
  const v3 = scratch + 3 * VECTOR;
  for (let v = v0; v <= v3; v += VECTOR) {
    refill(v);
    refill(v + LANE);
  }
  let zr0 = v128.load(v0, ZR);
  let zi0 = v128.load(v0, ZI);
  let cr0 = v128.load(v0, CR);
  let ci0 = v128.load(v0, CI);
  let zr1 = v128.load(v1, ZR);
  let zi1 = v128.load(v1, ZI);
  let cr1 = v128.load(v1, CR);
  let ci1 = v128.load(v1, CI);
  let zr2 = v128.load(v2, ZR);
  let zi2 = v128.load(v2, ZI);
  let cr2 = v128.load(v2, CR);
  let ci2 = v128.load(v2, CI);
  let zr3 = v128.load(v3, ZR);
  let zi3 = v128.load(v3, ZI);
  let cr3 = v128.load(v3, CR);
  let ci3 = v128.load(v3, CI);
  let due = nextDue(scratch);
  let keep = KEEP;
  while (live > 0) {
    v128.store(v0, zr0, BR);
    v128.store(v0, zi0, BI);
    v128.store(v1, zr1, BR);
    v128.store(v1, zi1, BI);
    v128.store(v2, zr2, BR);
    v128.store(v2, zi2, BI);
    v128.store(v3, zr3, BR);
    v128.store(v3, zi3, BI);
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
    const in0 = isInside(zr0, zi0, limit);
    const in1 = isInside(zr1, zi1, limit);
    const in2 = isInside(zr2, zi2, limit);
    const in3 = isInside(zr3, zi3, limit);
    const eq0 = isKept(v0, zr0, zi0);
    const eq1 = isKept(v1, zr1, zi1);
    const eq2 = isKept(v2, zr2, zi2);
    const eq3 = isKept(v3, zr3, zi3);
    const on0 = v128.andnot(in0, eq0);
    const on1 = v128.andnot(in1, eq1);
    const on2 = v128.andnot(in2, eq2);
    const on3 = v128.andnot(in3, eq3);
    const all = block === due;
    if (all || !i64x2.all_true(v128.and(v128.and(on0, on1), v128.and(on2, on3)))) {
      if (all || !i64x2.all_true(on0)) {
        v128.store(v0, zr0, ZR);
        v128.store(v0, zi0, ZI);
        event(v0, in0, eq0);
        zr0 = v128.load(v0, ZR);
        zi0 = v128.load(v0, ZI);
        cr0 = v128.load(v0, CR);
        ci0 = v128.load(v0, CI);
      }
      if (all || !i64x2.all_true(on1)) {
        v128.store(v1, zr1, ZR);
        v128.store(v1, zi1, ZI);
        event(v1, in1, eq1);
        zr1 = v128.load(v1, ZR);
        zi1 = v128.load(v1, ZI);
        cr1 = v128.load(v1, CR);
        ci1 = v128.load(v1, CI);
      }
      if (all || !i64x2.all_true(on2)) {
        v128.store(v2, zr2, ZR);
        v128.store(v2, zi2, ZI);
        event(v2, in2, eq2);
        zr2 = v128.load(v2, ZR);
        zi2 = v128.load(v2, ZI);
        cr2 = v128.load(v2, CR);
        ci2 = v128.load(v2, CI);
      }
      if (all || !i64x2.all_true(on3)) {
        v128.store(v3, zr3, ZR);
        v128.store(v3, zi3, ZI);
        event(v3, in3, eq3);
        zr3 = v128.load(v3, ZR);
        zi3 = v128.load(v3, ZI);
        cr3 = v128.load(v3, CR);
        ci3 = v128.load(v3, CI);
      }
      due = nextDue(scratch);
    }
    if (block === keep) {
      v128.store(v0, zr0, KR);
      v128.store(v0, zi0, KI);
      v128.store(v1, zr1, KR);
      v128.store(v1, zi1, KI);
      v128.store(v2, zr2, KR);
      v128.store(v2, zi2, KI);
      v128.store(v3, zr3, KR);
      v128.store(v3, zi3, KI);
      keptAt = block;
      keep = block + KEEP;
    }
  }
  return <f64>block * <f64>(B * GROUP) + gatherTurns;
}

/** Turns that the last span has taken one by one. */
export function turns(): i32 {
  return singleTurns;
}
