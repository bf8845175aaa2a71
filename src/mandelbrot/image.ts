// Pictures in shared memory: one byte of grey per pixel, and the view that the pixels show.
//
// As in the original, m[i] is called a "row", and is a column on screen: all pixels with x = i. They are adjacent in
// memory, so two goroutines that paint neighbouring rows seldom write to the same cache line.
// Unlike Go, whose originals use h for the first index and so transpose pictures that are not square: here the picture
// is w wide and h tall.

import {
  adoptNew,
  allocate,
  type BlockAddr,
  bytesAt,
  f64,
  field,
  field64,
  Handle,
  handleType,
  i32,
  needGoroutine,
  nth64,
  type ObjectAddr,
  offsets,
  type Type,
  type Word,
  wasmMemory,
} from '../go/types.js';
import { type Place, placeOf, scenes, sceneView, type View } from './scene.js';

/** Offsets in a picture's record, in words. The fast kernel reads those from AX on (fast/assembly/record.ts). */
const I = offsets<
  'object',
  { PIX: 'block'; AX: 'f64'; BX: 'f64'; CX: 'f64'; AY: 'f64'; BY: 'f64'; CY: 'f64'; BOUND: 'f64' }
>()({
  TYPE: 0,
  W: 1,
  H: 2,
  SCENE: 3,
  PIX: 4,
  KERNEL: 5,
  AX: 6,
  BX: 8,
  CX: 10,
  AY: 12,
  BY: 14,
  CY: 16,
  BOUND: 18,
  ITERATIONS: 20,
  SHADE: 21,
  /** Address of the word that is not 0 once the picture is cancelled: of STOPPED, or one that newImg is given. */
  STOP: 22,
  STOPPED: 23,
});
const IMG_WORDS = 24;

/** A picture. It is a handle: it may be sent over channels and passed to goroutines. */
export class Img extends Handle implements Place {
  static readonly type: Type<Img> = handleType('mandelbrot.Img', (addr) => new Img(addr));
  /** Width and height in pixels. */
  readonly w: number;
  readonly h: number;
  /** Number of the scene. */
  readonly scene: number;
  /** Grey of the pixel (x, y), at x * h + y. */
  readonly pix: Uint8Array;
  /** Number of the kernel that paints it (view.ts). */
  readonly kernel: number;
  readonly ax: number;
  readonly bx: number;
  readonly cx: number;
  readonly ay: number;
  readonly by: number;
  readonly cy: number;
  /** The largest |z|^2 that has not escaped. */
  readonly bound: number;
  /** Iterations after which a point counts as inside. */
  readonly iterations: number;
  /** A value of `shade` (scene.ts). */
  readonly shade: number;
  readonly #stop: Word;

  /** @internal Use newImg. */
  constructor(addr: ObjectAddr) {
    super(addr, Img.type);
    this.w = i32[field(addr, I.W)]!;
    this.h = i32[field(addr, I.H)]!;
    this.scene = i32[field(addr, I.SCENE)]!;
    this.pix = bytesAt(i32[field(addr, I.PIX)] as BlockAddr, this.w * this.h);
    this.kernel = i32[field(addr, I.KERNEL)]!;
    this.ax = f64[field64(addr, I.AX)]!;
    this.bx = f64[field64(addr, I.BX)]!;
    this.cx = f64[field64(addr, I.CX)]!;
    this.ay = f64[field64(addr, I.AY)]!;
    this.by = f64[field64(addr, I.BY)]!;
    this.cy = f64[field64(addr, I.CY)]!;
    this.bound = f64[field64(addr, I.BOUND)]!;
    this.iterations = i32[field(addr, I.ITERATIONS)]!;
    this.shade = i32[field(addr, I.SHADE)]!;
    this.#stop = i32[field(addr, I.STOP)] as Word;
  }

  /**
   * True once the picture is not needed any more. From then on rows() has no more rows, and filling a row or a column does
   * nothing, so a mode need not test it. A plain read, which sees soon enough what another thread writes.
   */
  get cancelled(): boolean {
    return i32[this.#stop] !== 0;
  }

  /**
   * The rows i of m[i], in order, for a loop that hands them out. Never parks.
   */
  // Unlike Go, whose range over m.m has all rows, it ends early once the picture is cancelled: to hand out millions of pixels
  // takes seconds.
  *rows(): Generator<number, void, void> {
    for (let i = 0; i < this.w && !this.cancelled; i++) yield i;
  }

  /** Says that the picture is not needed any more. Never parks. */
  cancel(): void {
    i32[this.#stop] = 1;
  }

  /** Offset of the view in bytes, for the fast kernel. */
  get viewAt(): number {
    return field(this.addr, I.AX) * 4;
  }
}

/**
 * A black picture of a scene (by its number), or of another view of it. Never parks.
 * @param stop address of a shared word that another part of the program sets to cancel the picture; default: a word of its own
 * @throws Fatal if there is no memory for it; UsageError if no goroutine calls
 */
export function newImg(w: number, h: number, scene: number, view: View = sceneView, stop: Word | 0 = 0): Img {
  needGoroutine('newImg');
  const { place, bound, shade } = scenes[scene]!;
  const { ax, bx, cx, ay, by, cy } = view.zoom === 0 ? place(w, h) : placeOf(view, w, h);
  const addr = allocate(IMG_WORDS);
  i32[field(addr, I.W)] = w;
  i32[field(addr, I.H)] = h;
  i32[field(addr, I.SCENE)] = scene;
  i32[field(addr, I.PIX)] = allocate<BlockAddr>(Math.ceil((w * h) / 4));
  i32[field(addr, I.KERNEL)] = wasmMemory ? view.kernel : 0; // the fast one works in nothing else
  [ax, bx, cx, ay, by, cy, bound].forEach((value, k) => {
    f64[nth64(field(addr, I.AX), k)] = value;
  });
  i32[field(addr, I.ITERATIONS)] = view.iterations;
  i32[field(addr, I.SHADE)] = shade;
  i32[field(addr, I.STOP)] = stop === 0 ? field(addr, I.STOPPED) : stop;
  return adoptNew(new Img(addr));
}

/** A copy of the grey plane in the order of the screen: row-major, y outer, x inner. */
export function greyPlane(m: Img): Uint8Array {
  const plane = new Uint8Array(m.w * m.h);
  if (m.w % 4 === 0 && m.h % 4 === 0) transposeWords(m, new Int32Array(plane.buffer));
  else transposeBytes(m, plane);
  return plane;
}

/** Side of the squares in which a plane is transposed, in pixels: source and target of a square fit the first-level cache. */
const TILE = 64;

function transposeBytes({ w, h, pix }: Img, plane: Uint8Array): void {
  for (let x0 = 0; x0 < w; x0 += TILE) {
    for (let y0 = 0; y0 < h; y0 += TILE) {
      const x1 = Math.min(x0 + TILE, w);
      const y1 = Math.min(y0 + TILE, h);
      for (let x = x0; x < x1; x++) {
        for (let y = y0; y < y1; y++) plane[y * w + x] = pix[x * h + y]!;
      }
    }
  }
}

/**
 * The same for blocks of four by four pixels: four words of a column each become four words of a row each. A picture is encoded once per
 * process, by code that V8 has not optimized yet, so a quarter of the iterations take a quarter of the time.
 */
function transposeWords({ w, h, pix }: Img, plane: Int32Array): void {
  const words = new Int32Array(pix.buffer, pix.byteOffset, plane.length);
  const down = h / 4;
  const across = w / 4;
  for (let x0 = 0; x0 < across; x0 += TILE / 4) {
    for (let y0 = 0; y0 < down; y0 += TILE / 4) {
      const x1 = Math.min(x0 + TILE / 4, across);
      const y1 = Math.min(y0 + TILE / 4, down);
      for (let x = x0; x < x1; x++) {
        for (let y = y0; y < y1; y++) {
          const from = 4 * x * down + y;
          const a = words[from]!;
          const b = words[from + down]!;
          const c = words[from + 2 * down]!;
          const d = words[from + 3 * down]!;
          const to = 4 * y * across + x;
          plane[to] = (a & 255) | ((b & 255) << 8) | ((c & 255) << 16) | (d << 24);
          plane[to + across] = ((a >>> 8) & 255) | (b & 0xff00) | ((c & 0xff00) << 8) | ((d & 0xff00) << 16);
          plane[to + 2 * across] = ((a >>> 16) & 255) | ((b >>> 8) & 0xff00) | (c & 0xff0000) | ((d & 0xff0000) << 8);
          plane[to + 3 * across] = (a >>> 24) | ((b >>> 16) & 0xff00) | ((c >>> 8) & 0xff0000) | (d & 0xff000000);
        }
      }
    }
  }
}
