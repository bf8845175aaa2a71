// Flame graphs as SVG: one file without external parts, the root at the bottom. It is complete without scripts; where
// scripts run, a click zooms and a search marks functions. After go-torch.

import { escapeMarkup } from '../lib/characters.js';
import { noun } from '../lib/numbers.js';
import { type Flame, type FlameFrame, type FlameFunc, flame } from './flame.js';
import { baseName, type Info, shortName } from './info.js';
import { profileLabels, type Report } from './report.js';
import { stacksOf } from './samples.js';

/** The texts above a flame graph. */
export interface FlameHeading {
  readonly title: string;
  /** One line, in smaller letters. */
  readonly about: string;
  /** A value with its unit: `1.50s`. */
  readonly format: (value: number) => string;
}

/** Width of the picture in pixels, as are all lengths here. */
const WIDTH = 1200;
/** Space left and right of the frames. */
const MARGIN = 10;
/** Space for the heading, and for the line below the frames. */
const TOP = 72;
const BOTTOM = 34;
/** Height of a frame with the gap to the next one. */
const ROW = 18;
/** Narrowest frame that is drawn: below this it is invisible. */
const NARROWEST = 0.5;
/** Width of a letter of 12 pixels: in monospace fonts it is 0.6 of the height, or slightly more. */
const LETTER = 7.3;
/** Fewest letters of a name that are worth showing. */
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

/** The flame graph as the text of an SVG file. Equal graphs give equal texts. */
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
    ...seen.map((frame) => drawFrame(flame, frame, heading.format, scale, TOP + (deepest - frame.depth) * ROW)),
    `<text class="faint" id="flame-says" x="${MARGIN}" y="${height - 12}">${escapeMarkup(footer(total, hidden))}</text>`,
    `<script><![CDATA[${script}]]></script>`,
    '</svg>',
  ].join('\n')}\n`;
}

function footer(total: number, hidden: number): string {
  if (total === 0) return 'The profile has no values.';
  return hidden === 0 ? '' : `${hidden} ${noun(hidden, 'frame is', 'frames are')} too narrow to draw.`;
}

function drawFrame(flame: Flame, frame: FlameFrame, format: FlameHeading['format'], scale: number, y: number): string {
  const x = MARGIN + frame.start * scale;
  const width = frame.parent < 0 ? WIDTH - 2 * MARGIN : frame.weight * scale;
  const name = nameOf(flame, frame);
  const text = fitName(name, width, shortName(name));
  return (
    `<g class="frame"><title>${escapeMarkup(tipOf(flame, frame, format))}</title>` +
    `<rect x="${rounded(x)}" y="${y}" width="${rounded(width)}" height="${ROW - 1}" rx="1" fill="${fillOf(flame, frame)}"/>` +
    `${text === '' ? '' : `<text x="${rounded(x + 4)}" y="${y + 12.5}">${escapeMarkup(text)}</text>`}</g>`
  );
}

/** The name of a frame. */
export function nameOf(flame: Flame, { func }: FlameFrame): string {
  return flame.funcs[func]?.name ?? 'root';
}

/** The tip of a frame: its name, its value and its share; its own value if it has callees. */
function tipOf(flame: Flame, frame: FlameFrame, format: FlameHeading['format']): string {
  const total = flame.frames[0]!.weight;
  const share = (value: number) => `${total === 0 ? '0.00' : ((100 * value) / total).toFixed(2)}%`;
  const own = frame.self === frame.value ? '' : `, own ${format(frame.self)} (${share(frame.self)})`;
  return `${nameOf(flame, frame)}: ${format(frame.value)} (${share(frame.value)})${own}`;
}

/** The fill colour, light below dark letters: the hue is the package's, the shade is the function's. */
function fillOf(flame: Flame, frame: FlameFrame): string {
  const func = flame.funcs[frame.func];
  if (flame.losses) {
    // In a difference the colour shows growth and decline.
    const part = Math.min(1, Math.abs(frame.value) / Math.max(1, frame.weight));
    return hsl(frame.value >= 0 ? 10 : 215, 75, 92 - 24 * part);
  }
  if (func?.hue === undefined) return hsl(0, 0, 85);
  return hsl(func.hue, 62, 72 + 10 * func.shade);
}

/** A colour in hexadecimal digits, because some programs that show SVG do not support hsl(). */
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

/** `name` if it fits in so many pixels, or else the part of the short name that fits; '' if that is too little. */
export function fitName(name: string, width: number, short = name): string {
  const room = Math.floor((width - 8) / LETTER);
  if (room < FEWEST_LETTERS) return '';
  for (const text of [name, short]) {
    const kept = beginning(text, room);
    if (kept === text) return text;
  }
  return `${beginning(short, room - 1)}…`;
}

/** The letters of `text` that fit into `room` columns. */
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
/** Code point from which letters, such as Chinese ones, may be two columns wide. */
const WIDE = 0x1100;

/** Two decimals: a hundredth of a pixel is enough. */
const rounded = (n: number) => String(Number(n.toFixed(2)));

/** The flame graph of all samples of a report. */
export function flameOf({ profile, index }: Report): Flame {
  const known = new Map<string, FlameFunc>();
  const func = (info: Info): FlameFunc => {
    let made = known.get(info.label);
    if (!made) {
      // The file is a field of its own; a line or an address is part of the name.
      const isFunction = info.name !== '' && info.line === 0 && info.address === 0;
      made = { name: isFunction ? info.name : info.label, file: info.file };
      known.set(info.label, made);
    }
    return made;
  };
  return flame(
    stacksOf(profile, index).map(({ frames, value }) => ({ frames: frames.map(({ info }) => func(info)), value })),
  );
}

/** The meaning of the colours in a difference. */
export const DIFFERENCE = 'red has more, blue has less than what it is compared with';

/** The heading of a report's flame graph. */
export function flameHeading(report: Report, { losses }: Pick<Flame, 'losses'>): FlameHeading {
  const { profile, type, total, format } = report;
  const program = baseName(profile.mappings?.[0]?.file ?? '').replace(/^\.$/, '');
  const labels = profileLabels(report).filter((label) => /^(Time|Duration):/.test(label));
  return {
    title: [program, type].filter((word) => word !== '').join(' '),
    about: [
      ...labels,
      ...(labels.some((label) => label.includes('Total')) ? [] : [`Total: ${format(total, 'auto')}`]),
      ...(losses ? [DIFFERENCE] : []),
    ].join(' · '),
    format: (value) => format(value, 'auto'),
  };
}

/**
 * The script in the SVG, as text for a CDATA section: a click on a frame zooms to it, a search marks functions, Escape undoes
 * both. It reads all that it needs from the drawn frames.
 */
const script = `
(function () {
  'use strict';
  var LETTER = 7.3, MARGIN = 10;
  var svg = document.documentElement, says = document.getElementById('flame-says'), said = says.textContent;
  var inner = svg.viewBox.baseVal.width - 2 * MARGIN;
  var frames = Array.prototype.map.call(svg.querySelectorAll('.frame'), function (g) {
    var rect = g.querySelector('rect'), title = g.querySelector('title').textContent;
    return { g: g, rect: rect, text: g.querySelector('text'), title: title, name: title.slice(0, title.lastIndexOf(': ')),
      x: +rect.getAttribute('x'), width: +rect.getAttribute('width'), y: +rect.getAttribute('y') };
  });
  function write(f, x, width) {
    var room = Math.floor((width - 8) / LETTER);
    if (f.text === null) {
      f.text = document.createElementNS(svg.namespaceURI, 'text');
      f.text.setAttribute('y', f.y + 12.5);
      f.g.appendChild(f.text);
    }
    var letters = Array.from(f.name);
    if (letters.length > room) letters = Array.from(f.name.replace(/^([\\w.-]+\\/)+(?=[^.]+\\..)/, ''));
    f.text.setAttribute('x', x + 4);
    f.text.textContent = room < 3 ? '' : letters.length <= room ? letters.join('') : letters.slice(0, room - 1).join('') + '\\u2026';
  }
  function zoom(to) {
    var scale = inner / to.width;
    frames.forEach(function (f) {
      var from = Math.max(f.x, to.x), end = Math.min(f.x + f.width, to.x + to.width);
      var caller = f.y > to.y && f.x <= to.x + 0.01 && f.x + f.width >= to.x + to.width - 0.01;
      var shown = caller || (f.y <= to.y && end - from > 0.001 && f.x >= to.x - 0.01 && f.x + f.width <= to.x + to.width + 0.01);
      f.g.style.display = shown ? '' : 'none';
      f.g.classList.toggle('passed', caller);
      if (!shown) return;
      var x = MARGIN + (from - to.x) * scale, width = caller ? inner : (end - from) * scale;
      f.rect.setAttribute('x', x);
      f.rect.setAttribute('width', width);
      write(f, x, width);
    });
  }
  function mark(pattern) {
    var count = 0;
    frames.forEach(function (f) {
      var found = pattern !== null && pattern.test(f.name);
      count += found;
      f.g.classList.toggle('found', found);
    });
    says.textContent = pattern === null ? said : 'Found in ' + count + ' frame' + (count === 1 ? '' : 's') + '.';
  }
  function search() {
    var words = prompt('Mark functions that match this regular expression:');
    if (words === null) return;
    try {
      mark(words === '' ? null : new RegExp(words));
    } catch (error) {
      says.textContent = error.message;
    }
  }
  function reset() {
    mark(null);
    zoom(frames[0]);
  }
  frames.forEach(function (f) {
    f.g.addEventListener('click', function () { zoom(f); });
    f.g.addEventListener('mouseenter', function () { says.textContent = f.title; });
    f.g.addEventListener('mouseleave', function () { says.textContent = said; });
  });
  document.getElementById('flame-reset').addEventListener('click', reset);
  document.getElementById('flame-search').addEventListener('click', search);
  addEventListener('keydown', function (event) { if (event.key === 'Escape') reset(); });
  svg.classList.add('live');
})();
`;
