// The picture as it is saved: the pixels with all that is drawn over them, the axis, the labels of the rows, and a legend.

import { type Drawing, type DrawingColours, drawingColours, fitted, LETTER } from './drawing.js';
import type { LegendEntry } from './legend.js';
import { drawOverlay, type Marked, type PictureParts } from './overlay.js';
import { pixelOf, type Tick } from './viewport.js';

/** What is saved. Sizes are CSS pixels. */
export interface Saved {
  readonly parts: PictureParts;
  readonly marked: Marked;
  readonly ticks: readonly Tick[];
  readonly legend: readonly LegendEntry[];
  /** Width and height of the picture's pixels. */
  readonly width: number;
  readonly height: number;
}

/** Width of the labels, height of the axis and of a line of the legend. */
const LABELS = 220;
const AXIS = 24;
const LINE = 20;
const SIZE = 11.5;

/** Where the legend has its entries: x and line of each. */
function legendPlaces(legend: readonly LegendEntry[], width: number): { readonly x: number; readonly line: number }[] {
  let x = 8;
  let line = 0;
  return legend.map(({ name, letter }) => {
    const room = 34 + (name.length + letter.length) * SIZE * LETTER;
    if (x > 8 && x + room > width) {
      x = 8;
      line++;
    }
    const place = { x, line };
    x += room;
    return place;
  });
}

/** Width and height of all of it, and where the picture's pixels are in it. */
export function savedLayout({ width, height, legend }: Pick<Saved, 'width' | 'height' | 'legend'>): {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
} {
  const lines = legend.length === 0 ? 0 : legendPlaces(legend, LABELS + width).at(-1)!.line + 1;
  return {
    width: LABELS + width,
    height: AXIS + height + (lines === 0 ? 0 : lines * LINE + 8),
    left: LABELS,
    top: AXIS,
  };
}

/** Draws the picture. @param pixels draws the picture's pixels at a point */
export function drawSaved(drawing: Drawing, saved: Saved, pixels: (x: number, y: number) => void): void {
  const { parts, marked, width, height, legend } = saved;
  const all = savedLayout(saved);
  const colours = drawingColours(parts.view.isDark);
  drawing.rect(0, 0, all.width, all.height, colours.ground);
  pixels(LABELS, AXIS);
  drawing.part(LABELS, AXIS, width, height, (inside) =>
    drawOverlay(inside, parts, { ...marked, currentRow: '' }, width, height),
  );
  drawing.part(LABELS, 0, width, AXIS, (inside) => drawAxis(inside, saved, colours));
  drawing.part(0, AXIS, LABELS, height, (inside) => drawLabels(inside, parts, colours));
  for (const [k, { x, line }] of legendPlaces(legend, all.width).entries()) {
    const { name, letter, colour } = legend[k]!;
    const y = AXIS + height + 4 + (line + 0.5) * LINE;
    drawing.rect(x, y - 6, 12, 12, colour);
    drawing.text(x + 17, y, `${letter} ${name}`.trimStart(), { colour: colours.ink, size: SIZE });
  }
}

function drawAxis(drawing: Drawing, { parts, ticks, width }: Saved, colours: DrawingColours): void {
  drawing.rect(0, 0, width, AXIS, colours.raised);
  for (const { ns, text } of ticks) {
    const x = pixelOf(parts.view.range, width, ns);
    drawing.rect(x, 0, 1, AXIS, colours.faint);
    drawing.text(x + 4, AXIS / 2, text, { colour: colours.ink, size: SIZE });
  }
}

function drawLabels(drawing: Drawing, { rows, view, pinnedHeight }: PictureParts, colours: DrawingColours): void {
  const draw = (each: PictureParts['rows'][number]) => {
    const { top, height, depth, label, note, kind } = each;
    const middle = top + height / 2;
    const left = 8 + 10 * depth;
    const room = LABELS - left - 14 - note.length * SIZE * LETTER;
    const isGroup = kind === 'group';
    if (isGroup) drawing.rect(0, top, LABELS, height, colours.raised);
    drawing.rect(0, top + height - 1, LABELS, 1, colours.line);
    drawing.text(left, middle, fitted(label, room, SIZE), { colour: colours.ink, size: SIZE, isBold: isGroup });
    if (note !== '') drawing.text(LABELS - 8, middle, note, { colour: colours.faint, size: SIZE - 1, anchor: 'end' });
  };
  const pinned = view.pinned.length;
  for (const row of rows.slice(pinned)) draw(row);
  if (pinned === 0) return;
  drawing.part(0, 0, LABELS, pinnedHeight, (inside) => {
    inside.rect(0, 0, LABELS, pinnedHeight, colours.ground);
    for (const row of rows.slice(0, pinned)) draw(row);
  });
}
