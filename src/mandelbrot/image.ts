// The picture in shared memory, one byte of grey a pixel, and what its pixels show.
//
// As in the original, m[i] is called a "row", and is a column on screen: all pixels with x = i. They stand one after the
// other, so two goroutines that paint neighbouring rows do not write to the same cache lines all the time.
// Unlike Go, whose originals take h for the first index and so transpose pictures that are not square: here the picture
// is w wide and h tall.

import {
  adoptNew,
  allocate,
  bytesAt,
  f64,
  Handle,
  handleType,
  i32,
  needGoroutine,
  type Type,
  wasmMemory,
} from '../go/types.js';
import { type Place, scenes } from './scene.js';
import { placeOf, sceneView, type View } from './view.js';

/** Words of a picture. From AX on they are what the fast kernel reads (fast/kernel.ts). */
const I = {
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
  /** Address of the word that is not 0 once nobody wants the picture: the next one, unless there is another. */
  STOP: 22,
  STOPPED: 23,
} as const;
const IMG_WORDS = 24;

/** A picture. A handle: it may be sent, and handed to goroutines. */
export class Img extends Handle implements Place {
  static readonly type: Type<Img> = handleType('mandelbrot.Img', (addr) => new Img(addr));
  /** Width and height in pixels. */
  readonly w: number;
  readonly h: number;
  /** Number of the scene. */
  readonly scene: number;
  /** Grey of the pixel (x, y), at x * h + y. */
  readonly pix: Uint8Array;
  /** Number of the kernel that paints it. */
  readonly kernel: number;
  readonly ax: number;
  readonly bx: number;
  readonly cx: number;
  readonly ay: number;
  readonly by: number;
  readonly cy: number;
  /** The largest |z|^2 that has not escaped, and the iterations after which a point counts as inside. */
  readonly bound: number;
  readonly iterations: number;
  /** One of `shade`. */
  readonly shade: number;
  readonly #stop: number;

  /** @internal Use newImg. */
  constructor(addr: number) {
    super(addr, Img.type);
    const double = (at: number) => f64[(addr + at) >> 1]!;
    this.w = i32[addr + I.W]!;
    this.h = i32[addr + I.H]!;
    this.scene = i32[addr + I.SCENE]!;
    this.pix = bytesAt(i32[addr + I.PIX]!, this.w * this.h);
    this.kernel = i32[addr + I.KERNEL]!;
    this.ax = double(I.AX);
    this.bx = double(I.BX);
    this.cx = double(I.CX);
    this.ay = double(I.AY);
    this.by = double(I.BY);
    this.cy = double(I.CY);
    this.bound = double(I.BOUND);
    this.iterations = i32[addr + I.ITERATIONS]!;
    this.shade = i32[addr + I.SHADE]!;
    this.#stop = i32[addr + I.STOP]!;
  }

  /**
   * True once the picture is not needed any more. From then on rows() has no more rows, and filling does nothing, so a mode
   * need not test it. A plain read, which sees soon enough what another thread writes.
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

  /** Where the fast kernel finds what the picture shows: an offset in bytes. */
  get viewAt(): number {
    return (this.addr + I.AX) * 4;
  }
}

/**
 * A black picture of a scene (by its number), or of another view of it. Never parks.
 * @param stop address of a shared word that is not 0 once nobody wants the picture any more; by default a word of its own
 * @throws Fatal if there is no memory for it; UsageError if no goroutine calls
 */
export function newImg(w: number, h: number, scene: number, view: View = sceneView, stop = 0): Img {
  needGoroutine('newImg');
  const { place, bound, shade } = scenes[scene]!;
  const { ax, bx, cx, ay, by, cy } = view.zoom === 0 ? place(w, h) : placeOf(view, w, h);
  const addr = allocate(IMG_WORDS);
  i32[addr + I.W] = w;
  i32[addr + I.H] = h;
  i32[addr + I.SCENE] = scene;
  i32[addr + I.PIX] = allocate(Math.ceil((w * h) / 4));
  i32[addr + I.KERNEL] = wasmMemory ? view.kernel : 0; // the fast one works in nothing else
  f64.set([ax, bx, cx, ay, by, cy, bound], (addr + I.AX) >> 1);
  i32[addr + I.ITERATIONS] = view.iterations;
  i32[addr + I.SHADE] = shade;
  i32[addr + I.STOP] = stop === 0 ? addr + I.STOPPED : stop;
  return adoptNew(new Img(addr));
}

/** A copy of the grey plane as it stands on screen: row-major, y outer, x inner. */
export function greyPlane(m: Img): Uint8Array {
  const plane = new Uint8Array(m.w * m.h);
  if (m.w % 4 === 0 && m.h % 4 === 0) turnWords(m, new Int32Array(plane.buffer));
  else turnBytes(m, plane);
  return plane;
}

/** In squares of this many pixels, so that both sides stay in the cache. */
const TILE = 64;

function turnBytes({ w, h, pix }: Img, plane: Uint8Array): void {
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
 * The same for four by four pixels at a time: four words down become four words across. A picture is encoded once in a
 * process, by code that V8 has not compiled yet, and a quarter of the steps take a quarter of the time.
 */
function turnWords({ w, h, pix }: Img, plane: Int32Array): void {
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
