// Painting: from the means of a row to pixels. A pixel's colour is the mean of the colours of its time, each with its exact share;
// shares mix the values of the colours as they are, so that a share can be read from a pixel. Rows of many things are stacked
// areas: the height of each class is its mean number.

import { type Class, coarseOf, colourOf } from './classes.js';
import { CLASSES } from './track.js';

/** A picture in memory: one number per pixel, as ImageData has them on machines that store the lowest byte first. */
export interface Pixels {
  readonly data: Uint32Array;
  /** Width of the whole picture. */
  readonly width: number;
}

/** What the ground and what is dimmed looks like. */
export interface Theme {
  readonly isDark: boolean;
  readonly ground: number;
  /** Lines between rows. */
  readonly line: number;
  /** Edges of spans. */
  readonly ink: number;
}

export const themes: { readonly light: Theme; readonly dark: Theme } = {
  light: { isDark: false, ground: 0xffffff, line: 0xe3e6ea, ink: 0x1b1b1b },
  dark: { isDark: true, ground: 0x16181d, line: 0x2b2f37, ink: 0xececec },
};

/** Share of its own colour that something dimmed keeps. */
const DIMMED = 0.16;

/** The colours of classes on a ground, as red, green and blue from 0 to 255; `dim` are those of what a query leaves out. */
export interface Palette {
  readonly ground: readonly [number, number, number];
  readonly full: Float64Array;
  readonly dim: Float64Array;
}

/** The palette of classes in a theme. */
export function paletteOf(classes: readonly Class[], theme: Theme): Palette {
  const full = new Float64Array(3 * CLASSES);
  const dim = new Float64Array(3 * CLASSES);
  const ground = channels(theme.ground);
  for (const [c, each] of classes.entries()) {
    const own = c === 0 ? ground : channels(colourOf(each, theme.isDark));
    for (let k = 0; k < 3; k++) {
      full[3 * c + k] = own[k]!;
      dim[3 * c + k] = ground[k]! + DIMMED * (own[k]! - ground[k]!);
    }
  }
  return { ground, full, dim };
}

export function channels(colour: number): [number, number, number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

/** A pixel of this colour, opaque. */
export function pixel(red: number, green: number, blue: number): number {
  return (0xff000000 | (((blue + 0.5) | 0) << 16) | (((green + 0.5) | 0) << 8) | ((red + 0.5) | 0)) >>> 0;
}

/** A pixel of a colour 0xRRGGBB. */
export function pixelOf(colour: number): number {
  return pixel(...channels(colour));
}

/** The means of a row: of everything, and of what matches the query if there is one. */
export interface Means {
  readonly all: Float64Array;
  readonly matching: Float64Array | undefined;
  /** Classes that are in use. */
  readonly used: readonly number[];
}

/** The colours of a row with one thing, a pixel for each place of the picture. What is in no class has the colour of the ground. */
export function mix({ all, matching, used }: Means, palette: Palette, width: number, line: Uint32Array): void {
  const { ground, full, dim } = palette;
  const [r0, g0, b0] = ground;
  for (let x = 0; x < width; x++) {
    let r = r0;
    let g = g0;
    let b = b0;
    for (const c of used) {
      const share = all[c * width + x]!;
      if (share === 0) continue;
      const shown = matching === undefined ? share : matching[c * width + x]!;
      const k = 3 * c;
      r += shown * (full[k]! - r0);
      g += shown * (full[k + 1]! - g0);
      b += shown * (full[k + 2]! - b0);
      if (shown === share) continue;
      r += (share - shown) * (dim[k]! - r0);
      g += (share - shown) * (dim[k + 1]! - g0);
      b += (share - shown) * (dim[k + 2]! - b0);
    }
    line[x] = pixel(r, g, b);
  }
}

/** Paints a line of colours as a band from y to y + height. */
export function band({ data, width }: Pixels, line: Uint32Array, y: number, height: number): void {
  for (let k = 0; k < height; k++) data.set(line, (y + k) * width);
}

/** The largest number of things in a pixel. */
export function peak({ all, used }: Means, width: number): number {
  let most = 0;
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (const c of used) sum += all[c * width + x]!;
    if (sum > most) most = sum;
  }
  return most;
}

/** Numbers of which one times a power of ten is at the top of an area. */
const tops = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

/** The number at the top of a stacked area: a round one, whole, and not below n. */
export function roundUp(n: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, n)) + 1e-12);
  return tops.map((k) => k * power).find((top) => top >= n - 1e-9 && Number.isInteger(top))!;
}

/**
 * Paints a stacked area from y to y + height, whose top stands for `most` things. Where a class begins or ends inside of a pixel,
 * the pixel has its share.
 *
 * @param order classes from the bottom to the top
 */
export function area(
  pixels: Pixels,
  { all, matching }: Means,
  palette: Palette,
  y: number,
  height: number,
  most: number,
  order: readonly number[],
): void {
  const { data, width } = pixels;
  const scale = height / most;
  const column = new Column(palette, height);
  const bottom = (y + height - 1) * width;
  for (let x = 0; x < width; ) {
    column.begin();
    for (const c of order) {
      const size = all[c * width + x]!;
      if (size <= 0) continue;
      const shown = matching === undefined ? size : matching[c * width + x]!;
      column.stack(shown * scale, palette.full, c);
      if (shown < size) column.stack((size - shown) * scale, palette.dim, c);
    }
    column.end();
    const { rows } = column;
    // Between two changes all pixels are the same.
    const next = firstChange(all, matching, order, width, x);
    for (let row = 0, place = bottom + x; row < height; row++, place -= width) {
      if (next === x + 1) data[place] = rows[row]!;
      else data.fill(rows[row]!, place, place + next - x);
    }
    x = next;
  }
}

/** The first pixel after x in which the mean of a class is another one. */
function firstChange(
  all: Float64Array,
  matching: Float64Array | undefined,
  order: readonly number[],
  width: number,
  x: number,
): number {
  let next = width;
  for (const c of order) {
    for (const means of matching === undefined ? [all] : [all, matching]) {
      const value = means[c * width + x]!;
      let k = x + 1;
      while (k < next && means[c * width + k] === value) k++;
      next = k;
    }
  }
  return next;
}

/** A column of a stacked area, from the bottom to the top. Most of its pixels are in one class. */
class Column {
  /** The pixels, the lowest first. */
  readonly rows: Uint32Array;
  readonly #ground: number;
  readonly #palette: Palette;
  /** What is painted, in rows: where the next class begins. */
  #at = 0;
  /** The colour of the row in which that is. */
  #r = 0;
  #g = 0;
  #b = 0;

  constructor(palette: Palette, height: number) {
    this.#palette = palette;
    this.#ground = pixel(...palette.ground);
    this.rows = new Uint32Array(height);
  }

  begin(): void {
    this.#at = 0;
    [this.#r, this.#g, this.#b] = this.#palette.ground;
  }

  /** Puts a class of this height, in rows, on top. */
  stack(size: number, colours: Float64Array, c: number): void {
    const { rows } = this;
    const [r0, g0, b0] = this.#palette.ground;
    const at = this.#at;
    const until = Math.min(rows.length, at + size);
    const [r, g, b] = [colours[3 * c]!, colours[3 * c + 1]!, colours[3 * c + 2]!];
    for (let row = Math.floor(at); row < until; row++) {
      const share = Math.min(row + 1, until) - Math.max(row, at);
      if (share === 1) {
        rows.fill(pixel(r, g, b), row, Math.floor(until));
        row = Math.floor(until) - 1;
        continue;
      }
      this.#r += share * (r - r0);
      this.#g += share * (g - g0);
      this.#b += share * (b - b0);
      if (row + 1 > until) break;
      rows[row] = pixel(this.#r, this.#g, this.#b);
      [this.#r, this.#g, this.#b] = [r0, g0, b0];
    }
    this.#at = Math.max(at, until);
  }

  /** Nothing is on top. */
  end(): void {
    const { rows } = this;
    const row = Math.floor(this.#at);
    if (row >= rows.length) return;
    rows[row] = pixel(this.#r, this.#g, this.#b);
    rows.fill(this.#ground, row + 1);
  }
}

/** Classes of activities from the bottom to the top of an area: what runs, what is runnable, what is blocked. */
export function stacked(used: readonly number[]): number[] {
  return [...used].sort((a, b) => coarseOf(a) - coarseOf(b) || a - b);
}

/** The edges of long spans of a row: darker lines above and below, and a notch at the left, so that the middle of the row has the exact colours. */
export function edges(pixels: Pixels, spans: readonly number[], y: number, height: number, theme: Theme): void {
  const { data, width } = pixels;
  const [ri, gi, bi] = channels(theme.ink);
  const darker = (place: number, share: number) => {
    const old = data[place]!;
    const r = old & 255;
    const g = (old >> 8) & 255;
    const b = (old >> 16) & 255;
    data[place] = pixel(r + share * (ri - r), g + share * (gi - g), b + share * (bi - b));
  };
  const notch = Math.max(2, Math.floor(height * 0.3));
  for (let k = 0; k < spans.length; k += 2) {
    const from = Math.ceil(spans[k]! - 0.5);
    const to = Math.min(width, Math.floor(spans[k + 1]! + 0.5));
    for (let x = Math.max(0, from); x < to; x++) {
      darker(y * width + x, 0.3);
      darker((y + height - 1) * width + x, 0.3);
    }
    if (from < 0 || from >= width) continue;
    for (let row = 0; row < notch; row++) {
      darker((y + row) * width + from, 0.55);
      darker((y + height - 1 - row) * width + from, 0.55);
    }
  }
}

/** Paints events as marks: lines that are the darker the more events a pixel has. @param counts by pixel */
export function marks(
  pixels: Pixels,
  counts: Uint32Array,
  y: number,
  height: number,
  theme: Theme,
  colour: number,
): void {
  const [r0, g0, b0] = channels(theme.ground);
  const [r, g, b] = channels(colour);
  const { data, width } = pixels;
  for (let x = 0; x < width; x++) {
    const n = counts[x]!;
    const share = n === 0 ? 0 : 1 - 0.55 / n;
    const value = pixel(r0 + share * (r - r0), g0 + share * (g - g0), b0 + share * (b - b0));
    for (let row = 0; row < height; row++) data[(y + row) * width + x] = value;
  }
}
