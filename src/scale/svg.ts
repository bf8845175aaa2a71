// SVG pictures of a curve: one file that fetches nothing, with colours for light and dark pages.

import { escapeMarkup } from '../lib/characters.js';
import { plural } from '../lib/numbers.js';
import { type Axis, type Curve, highest, procsAxis, speedupAxis } from './curve.js';
import { figure, type Law, outlook, type Point, speedupBy } from './law.js';

/** The texts above a picture. */
export interface Heading {
  readonly title: string;
  /** One line, in smaller letters. */
  readonly about: string;
}

const WIDTH = 800;
const HEIGHT = 560;
/** The edges of the curve's area, in the picture's units. */
const AREA = { left: 64, top: 142, right: 776, bottom: 508 };
/** Straight pieces that a line is drawn of: enough to look smooth at this width. */
const STEPS = 120;

/** Colours that colour-blind readers can tell apart (after Okabe and Ito), each legible on its background. */
const light = {
  ground: '#ffffff',
  ink: '#1b1b1b',
  faint: '#666666',
  grid: '#e3e3e3',
  amdahl: '#b34700',
  usl: '#00629b',
};
const dark = {
  ground: '#16181d',
  ink: '#ececec',
  faint: '#a3a7ae',
  grid: '#30343c',
  amdahl: '#f0a35e',
  usl: '#62b5ea',
};

/** Without CSS variables, which not every viewer of SVG supports. */
const coloured = ({ ground, ink, faint, grid, amdahl, usl }: typeof light) => `
.ground { fill: ${ground}; }
text, .point { fill: ${ink}; }
.faint { fill: ${faint}; }
.grid { stroke: ${grid}; }
.axis, .ideal { stroke: ${faint}; }
.amdahl { stroke: ${amdahl}; }
.usl { stroke: ${usl}; }
.point { stroke: ${ground}; }`;

/** The lines differ in their dashes as well, for print without colours. */
const style = `
text { font: 13px system-ui, sans-serif; }
.title { font-size: 19px; font-weight: 600; }
.line { fill: none; stroke-width: 2; }
.ideal { stroke-dasharray: 2 4; }
.amdahl { stroke-dasharray: 8 4; }
.point { stroke-width: 1.5; }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
${coloured(light)}
@media (prefers-color-scheme: dark) {${coloured(dark)}
}
`;

/** The curve and its laws as the text of an SVG file. The same curve is the same text. */
export function svg(curve: Curve, heading: Heading): string {
  const { points, amdahl, usl } = curve;
  const most = points.at(-1)!.procs;
  const x = procsAxis(most);
  const y = speedupAxis(highest(curve));
  const place: Place = (procs, speedup) => [across(x.at(procs)), up(y.at(speedup))];
  const drawn = (name: string, speedup: (procs: number) => number, last = most) =>
    `<path class="line ${name}" d="${path(x, last, speedup, place)}"/>`;
  const law = (fit: Law) => (procs: number) => speedupBy(fit, procs);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="mandel-scale-title mandel-scale-desc">`,
    `<title id="mandel-scale-title">${escapeMarkup(heading.title)}</title>`,
    `<desc id="mandel-scale-desc">${escapeMarkup(described(curve))}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="24" y="36">${escapeMarkup(heading.title)}</text>`,
    `<text class="faint" x="24" y="58">${escapeMarkup(heading.about)}</text>`,
    ...legend(curve),
    ...axes(x, y),
    drawn('ideal', (procs) => procs, Math.min(most, y.value(1))),
    // The dashes are drawn over the line, so both are visible where they coincide.
    ...(usl ? [drawn('usl', law(usl))] : []),
    ...(amdahl ? [drawn('amdahl', law(amdahl))] : []),
    ...points.map((point) => circle(place(point.procs, point.speedup), spoken(point))),
    '</svg>',
  ].join('\n')}\n`;
}

type Place = (procs: number, speedup: number) => readonly [x: string, y: string];

const across = (at: number) => rounded(AREA.left + at * (AREA.right - AREA.left));
const up = (at: number) => rounded(AREA.bottom - at * (AREA.bottom - AREA.top));

/** To a hundredth of a pixel. */
const rounded = (n: number) => String(Number(n.toFixed(2)));

/** The line of a law from 1 P to `last`. */
function path(x: Axis, last: number, speedup: (procs: number) => number, place: Place): string {
  const places = Array.from({ length: STEPS + 1 }, (_, k) => {
    const procs = x.value((k / STEPS) * x.at(last));
    return place(procs, speedup(procs)).join(' ');
  });
  return `M${places.join('L')}`;
}

function axes(x: Axis, y: Axis): string[] {
  const { left, right, top, bottom } = AREA;
  return [
    ...y.ticks.map(
      (tick) =>
        `<line class="${tick === 0 ? 'axis' : 'grid'}" x1="${left}" x2="${right}" y1="${up(y.at(tick))}" y2="${up(y.at(tick))}"/>` +
        `<text class="faint end" x="${left - 8}" y="${rounded(Number(up(y.at(tick))) + 4)}">${tick}</text>`,
    ),
    ...x.ticks.map(
      (tick) =>
        `<line class="axis" x1="${across(x.at(tick))}" x2="${across(x.at(tick))}" y1="${bottom}" y2="${bottom + 5}"/>` +
        `<text class="faint middle" x="${across(x.at(tick))}" y="${bottom + 20}">${tick}</text>`,
    ),
    `<text class="middle" x="${(left + right) / 2}" y="${bottom + 42}">Ps</text>`,
    `<text class="middle" x="20" y="${(top + bottom) / 2}" transform="rotate(-90 20 ${(top + bottom) / 2})">speed-up</text>`,
  ];
}

function circle([x, y]: readonly [string, string], says: string): string {
  return `<circle class="point" cx="${x}" cy="${y}" r="5"><title>${says}</title></circle>`;
}

/** Two columns of two entries above the picture. */
function legend({ points, amdahl, usl }: Curve): string[] {
  const most = points.at(-1)!.procs;
  const entry = (column: number, row: number, sample: string, text: string) => {
    const x = column === 0 ? 24 : 170;
    const y = row === 0 ? 88 : 112;
    return `<g transform="translate(${x} ${y})">${sample}<text x="40" y="4">${text}</text></g>`;
  };
  const line = (name: string) => `<path class="line ${name}" d="M0 0L30 0"/>`;
  return [
    entry(0, 0, '<circle class="point" cx="15" cy="0" r="5"/>', 'simulated'),
    entry(0, 1, line('ideal'), 'ideal'),
    ...(amdahl ? [entry(1, 0, line('amdahl'), amdahlText(amdahl, most))] : []),
    ...(usl ? [entry(1, 1, line('usl'), uslText(usl, most))] : []),
  ];
}

const amdahlText = (law: Law, most: number) => `Amdahl: σ ${figure(law.sigma)}, ${outlook(law, most)}`;
const uslText = (law: Law, most: number) =>
  `USL: σ ${figure(law.sigma)}, κ ${figure(law.kappa)}, ${outlook(law, most)}`;

/** The whole picture in words. */
function described({ points, amdahl, usl }: Curve): string {
  const most = points.at(-1)!.procs;
  return [
    `Speed-up over the number of Ps. ${points.map(spoken).join('; ')}.`,
    ...(amdahl ? [`${amdahlText(amdahl, most)}.`] : []),
    ...(usl ? [`Universal Scalability Law, ${uslText(usl, most)}.`] : []),
  ].join(' ');
}

const spoken = ({ procs, speedup }: Point) => `${plural(procs, 'P')}: ${speedup.toFixed(2)} times as fast`;
