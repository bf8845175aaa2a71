// A flame graph as SVG: one file with nothing to fetch, the root at the bottom. It is complete without scripts; where
// they run, a click zooms and a search marks. After what go-torch draws.

import { escapeMarkup } from '../lib/characters.js';
import type { Flame, FlameFrame } from './flame.js';
import { script } from './flamescript.js';
import { shortName } from './shortname.js';

/** What a flame graph says of itself. */
export interface FlameHeading {
  readonly title: string;
  /** One line, in smaller letters. */
  readonly about: string;
  /** A value with its unit: `1.50s`. */
  readonly format: (value: number) => string;
}

const WIDTH = 1200;
/** Left and right of the frames. */
const MARGIN = 10;
const TOP = 72;
const BOTTOM = 34;
const ROW = 18;
/** What no eye sees is left out; what is as wide as this stands for it. */
const NARROWEST = 0.5;
/** A letter at 12 pixels: monospace fonts have 0.6 of their height, or a little more. */
const LETTER = 7.3;
/** Letters that say something. */
const FEWEST_LETTERS = 3;

const style = `
text { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; fill: #1b1b1b; }
.title { font-size: 18px; font-weight: 600; }
.ground { fill: #ffffff; }
.word { fill: #1b1b1b; } .faint { fill: #595959; }
.frame rect { stroke: #ffffff; stroke-width: 0.5; }
.frame text { pointer-events: none; }
.frame:hover rect { stroke: #1b1b1b; stroke-width: 1.5; }
.live .frame { cursor: pointer; }
.found rect { fill: #22223a; } .found text { fill: #ffffff; }
.passed { opacity: 0.55; }
.button { display: none; } .live .button { display: inline; cursor: pointer; text-decoration: underline; }
@media (prefers-color-scheme: dark) {
.ground { fill: #16181d; } .word { fill: #ececec; } .faint { fill: #b3b7be; }
.frame rect { stroke: #16181d; } .frame:hover rect { stroke: #ffffff; }
}
`;

/** The flame graph as the text of an SVG file. The same graph is the same text. */
export function flameSvg(flame: Flame, heading: FlameHeading): string {
  const total = flame.frames[0]!.weight;
  const scale = total === 0 ? 0 : (WIDTH - 2 * MARGIN) / total;
  const seen = flame.frames.filter((frame) => frame.parent < 0 || frame.weight * scale >= NARROWEST);
  const deepest = seen.reduce((most, { depth }) => Math.max(most, depth), 0);
  const height = TOP + (deepest + 1) * ROW + BOTTOM;
  const hidden = flame.frames.length - seen.length;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="flame-title flame-about">`,
    `<title id="flame-title">${escapeMarkup(heading.title)}</title>`,
    `<desc id="flame-about">${escapeMarkup(heading.about)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    `<text class="title word" x="${MARGIN}" y="30">${escapeMarkup(heading.title)}</text>`,
    `<text class="faint" x="${MARGIN}" y="52">${escapeMarkup(heading.about)}</text>`,
    `<text class="button word" id="flame-reset" x="${WIDTH - MARGIN - 70}" y="30" text-anchor="end">Reset</text>`,
    `<text class="button word" id="flame-search" x="${WIDTH - MARGIN}" y="30" text-anchor="end">Search</text>`,
    ...seen.map((frame) => drawn(flame, frame, heading.format, scale, TOP + (deepest - frame.depth) * ROW)),
    `<text class="faint" id="flame-says" x="${MARGIN}" y="${height - 12}">${escapeMarkup(footer(total, hidden))}</text>`,
    `<script><![CDATA[${script}]]></script>`,
    '</svg>',
  ].join('\n')}\n`;
}

function footer(total: number, hidden: number): string {
  if (total === 0) return 'The profile has no values.';
  return hidden === 0 ? '' : `${hidden} frame${hidden === 1 ? ' is' : 's are'} too narrow to draw.`;
}

function drawn(flame: Flame, frame: FlameFrame, format: FlameHeading['format'], scale: number, y: number): string {
  const x = MARGIN + frame.start * scale;
  const width = frame.parent < 0 ? WIDTH - 2 * MARGIN : frame.weight * scale;
  const name = nameOf(flame, frame);
  const text = fitted(name, width, shortName(name));
  return (
    `<g class="frame"><title>${escapeMarkup(spoken(flame, frame, format))}</title>` +
    `<rect x="${rounded(x)}" y="${y}" width="${rounded(width)}" height="${ROW - 1}" rx="1" fill="${fillOf(flame, frame)}"/>` +
    `${text === '' ? '' : `<text x="${rounded(x + 4)}" y="${y + 12.5}">${escapeMarkup(text)}</text>`}</g>`
  );
}

/** What a frame is called. */
export function nameOf(flame: Flame, { func }: FlameFrame): string {
  return flame.funcs[func]?.name ?? 'root';
}

/** A frame in words: its name, its value and its share; its own value where it calls others. */
function spoken(flame: Flame, frame: FlameFrame, format: FlameHeading['format']): string {
  const total = flame.frames[0]!.weight;
  const share = (value: number) => `${total === 0 ? '0.00' : ((100 * value) / total).toFixed(2)}%`;
  const own = frame.self === frame.value ? '' : `, own ${format(frame.self)} (${share(frame.self)})`;
  return `${nameOf(flame, frame)}: ${format(frame.value)} (${share(frame.value)})${own}`;
}

/** Light colours under dark letters: the hue is the package's, the shade its own. */
function fillOf(flame: Flame, frame: FlameFrame): string {
  const func = flame.funcs[frame.func];
  if (flame.losses) {
    // In a difference it matters what grew and what shrank.
    const part = Math.min(1, Math.abs(frame.value) / Math.max(1, frame.weight));
    return hsl(frame.value >= 0 ? 10 : 215, 75, 92 - 24 * part);
  }
  if (func?.hue === undefined) return hsl(0, 0, 85);
  return hsl(func.hue, 62, 72 + 10 * func.shade);
}

/** As hexadecimal digits: not every program that shows SVG knows hsl(). */
function hsl(hue: number, saturation: number, lightness: number): string {
  const [s, l] = [saturation / 100, lightness / 100];
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    const value = l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * value)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** `name` if this many pixels hold it, or as much of the short one as they hold; '' if that says nothing. */
export function fitted(name: string, width: number, short = name): string {
  const room = Math.floor((width - 8) / LETTER);
  if (room < FEWEST_LETTERS) return '';
  for (const text of [name, short]) {
    const kept = beginning(text, room);
    if (kept === text) return text;
  }
  return `${beginning(short, room - 1)}…`;
}

/** The letters of `text` that have room. */
function beginning(text: string, room: number): string {
  let used = 0;
  let end = 0;
  for (const letter of text) {
    used += letter.codePointAt(0)! >= WIDE ? 2 : 1;
    if (used > room) break;
    end += letter.length;
  }
  return text.slice(0, end);
}
/** From here on letters, as those of Chinese, may take the room of two. */
const WIDE = 0x1100;

/** A hundredth of a pixel is enough. */
const rounded = (n: number) => String(Number(n.toFixed(2)));
