// The picture in shared memory, one byte of grey a pixel.
//
// As in the original, m[i] is called a "row", and is a column on screen: all pixels with x = i. They stand one after the
// other, so two goroutines that paint neighbouring rows do not write to the same cache lines all the time.
// Unlike Go, whose originals take h for the first index and so transpose pictures that are not square: here the picture
// is w wide and h tall.

import { adopt, allocate, bytesAt, Handle, handleType, i32, type Type } from '../go/types.js';

const I = { TYPE: 0, W: 1, H: 2, SCENE: 3, PIX: 4 } as const;
const IMG_WORDS = 6;

/** A picture. A handle: it may be sent, and handed to goroutines. */
export class Img extends Handle {
  static readonly type: Type<Img> = handleType('mandelbrot.Img', (addr) => new Img(addr));
  /** Width and height in pixels. */
  readonly w: number;
  readonly h: number;
  /** Number of the scene. */
  readonly scene: number;
  /** Grey of the pixel (x, y), at x * h + y. */
  readonly pix: Uint8Array;

  /** @internal Use newImg. */
  constructor(addr: number) {
    super(addr, Img.type);
    this.w = i32[addr + I.W]!;
    this.h = i32[addr + I.H]!;
    this.scene = i32[addr + I.SCENE]!;
    this.pix = bytesAt(i32[addr + I.PIX]!, this.w * this.h);
  }
}

/** A black picture of a scene (by its number). Never parks. @throws Fatal if there is no memory for it */
export function newImg(w: number, h: number, scene: number): Img {
  const addr = allocate(IMG_WORDS);
  i32[addr + I.W] = w;
  i32[addr + I.H] = h;
  i32[addr + I.SCENE] = scene;
  i32[addr + I.PIX] = allocate(Math.ceil((w * h) / 4));
  return adopt(new Img(addr));
}

/** A copy of the grey plane as it stands on screen: row-major, y outer, x inner. */
export function greyPlane(m: Img): Uint8Array {
  const { w, h, pix } = m;
  const plane = new Uint8Array(w * h);
  // In squares, so that both sides stay in the cache.
  for (let x0 = 0; x0 < w; x0 += TILE) {
    for (let y0 = 0; y0 < h; y0 += TILE) {
      const x1 = Math.min(x0 + TILE, w);
      const y1 = Math.min(y0 + TILE, h);
      for (let x = x0; x < x1; x++) {
        for (let y = y0; y < y1; y++) plane[y * w + x] = pix[x * h + y]!;
      }
    }
  }
  return plane;
}
const TILE = 64;
