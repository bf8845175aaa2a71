// Pictures drawn on a terminal: an upper half block is two pixels, one above the other, in its foreground colour and its
// background colour.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asciiOnly } from '../lib/locale.js';
import type { Plane } from '../mandelbrot/png.js';
import { type Output, temporaryFolder } from './output.js';
import { columnsOfOutput } from './text.js';
import { BadUsage } from './usage.js';

/**
 * Opens an output for a PNG that is drawn on standard output when it is complete.
 * @throws BadUsage if standard output is no terminal that can show it; Error in one line
 */
export async function openDrawing(): Promise<Output> {
  const lacking = missingFeature();
  if (lacking !== undefined) {
    const expected = 'expected a terminal with colours and Unicode to draw the picture';
    throw new BadUsage(`-o -: ${expected}, got ${lacking}; redirect standard output or name a file`);
  }
  const { decode } = await import('../mandelbrot/png.js');
  const folder = temporaryFolder('-o -', 'mandel-drawing-');
  const path = join(folder, 'picture.png');
  const discard = () => rmSync(folder, { recursive: true, force: true });
  const commit = () => {
    const trueColour = /^(truecolor|24bit)$/.test(process.env.COLORTERM ?? '');
    process.stdout.write(drawingOf(decode(readFileSync(path)), columnsOfOutput(), trueColour));
    discard();
  };
  return {
    path,
    flags: 'w',
    write() {
      throw new Error('-o -: a drawing is made of the file that the run writes');
    },
    commit,
    discard,
  };
}

/** What keeps the terminal from showing a drawing; undefined if nothing does. */
function missingFeature(): string | undefined {
  const { NO_COLOR, TERM = '' } = process.env;
  if (NO_COLOR) return 'NO_COLOR'; // https://no-color.org: if it is not empty
  if (asciiOnly()) return 'the locale C';
  return /^(|dumb)$/.test(TERM) ? `TERM=${TERM}` : undefined;
}

/** The picture in lines of at most so many columns. It is scaled down if it is wider, and never up. */
function drawingOf(picture: Plane, columns: number, trueColour: boolean): string {
  const { w, h, grey } = scaled(picture, Math.max(1, Math.min(columns, picture.w)));
  const colour = trueColour ? (g: number) => `2;${g};${g};${g}` : (g: number) => `5;${greyOf256(g)}`;
  const lines: string[] = [];
  for (let y = 0; y < h; y += 2) {
    let line = '';
    let last = '';
    for (let x = 0; x < w; x++) {
      const below = y + 1 < h ? `48;${colour(grey[(y + 1) * w + x]!)}` : '49';
      const colours = `\u001b[38;${colour(grey[y * w + x]!)};${below}m`;
      line += colours === last ? '▀' : `${colours}▀`;
      last = colours;
    }
    lines.push(`${line}\u001b[0m\n`);
  }
  return lines.join('');
}

/** The picture scaled down to this width: each pixel is the mean of those that it replaces. */
function scaled({ w, h, grey }: Plane, width: number): Plane {
  const height = Math.max(1, Math.round((h * width) / w));
  const sums = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  for (let y = 0; y < h; y++) {
    const row = Math.floor((y * height) / h) * width;
    for (let x = 0; x < w; x++) {
      const at = row + Math.floor((x * width) / w);
      sums[at]! += grey[y * w + x]!;
      counts[at]!++;
    }
  }
  return { w: width, h: height, grey: Uint8Array.from(sums, (sum, k) => Math.round(sum / counts[k]!)) };
}

/** The nearest grey of xterm's 256 colours: black is 16, white 231, and between them 232 to 255 are 8, 18, ..., 238. */
function greyOf256(g: number): number {
  const step = Math.round((g - 8) / 10);
  return step < 0 ? 16 : step > 23 ? 231 : 232 + step;
}
