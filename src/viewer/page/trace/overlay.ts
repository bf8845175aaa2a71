// The drawing over the pixels: texts of spans, arrows, marks, the selected span and the measured range.

import { pixelOf, type Range } from '../../timeline/viewport.js';
import { picture } from './client.js';
import type { Picture } from './protocol.js';
import { selectedSpan } from './selection.js';
import { chosen, currentRow, isDark, size } from './state.js';

/** Size of texts on spans, and the width of a letter, in CSS pixels. */
const TEXT_SIZE = 11;
const LETTER = 6.65;
/** Height of the line of the critical path, in CSS pixels. */
const PATH_HEIGHT = 4;
const FONT = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** Draws all of it. Reads signals: it is run again when one of them changes. */
export function drawOver(canvas: HTMLCanvasElement): void {
  const shown = picture.value;
  const { width, height, ratio } = size.value;
  const { measured, marks } = chosen.value;
  const selected = selectedSpan.value;
  const current = currentRow.value;
  if (shown === undefined || width === 0) return;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, w, h);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const drawing = new Drawing(context, shown, width, height);
  drawing.path();
  drawing.texts();
  drawing.arrows();
  drawing.row(current);
  if (measured !== undefined) drawing.measured(measured);
  for (const ns of marks) drawing.mark(ns);
  if (selected !== undefined) drawing.selected(selected.key, selected);
}

class Drawing {
  readonly #context: CanvasRenderingContext2D;
  readonly #shown: Picture;
  readonly #width: number;
  readonly #height: number;
  readonly #accent = isDark.value ? '#ffd84d' : '#b4005a';
  readonly #ink = isDark.value ? '#ececec' : '#1b1b1b';

  constructor(context: CanvasRenderingContext2D, shown: Picture, width: number, height: number) {
    this.#context = context;
    this.#shown = shown;
    this.#width = width;
    this.#height = height;
  }

  #x(ns: number): number {
    return pixelOf(this.#shown.view.range, this.#width, ns);
  }

  texts(): void {
    const context = this.#context;
    const { texts, rows, view, pinnedHeight } = this.#shown;
    context.font = `${TEXT_SIZE}px ${FONT}`;
    context.textBaseline = 'middle';
    for (const { row, from, to, text, isOnDark } of texts) {
      const { top, height } = rows[row]!;
      const left = from / view.ratio + 3;
      const letters = Math.floor((to / view.ratio - left - 2) / LETTER);
      if (letters < 2 || top + height / 2 > this.#height) continue;
      if (row >= this.#pinned && top + height / 2 < pinnedHeight) continue;
      context.fillStyle = isOnDark ? '#ffffff' : '#101010';
      context.fillText(shortened(text, letters), left, top + height / 2);
    }
  }

  /** The critical path: a line below what is on it. */
  path(): void {
    const context = this.#context;
    const { path, rows } = this.#shown;
    context.fillStyle = this.#accent;
    for (const { row, fromNs, toNs } of path) {
      const { top, height } = rows[row]!;
      const [x0, x1] = [Math.max(0, this.#x(fromNs)), Math.min(this.#width, this.#x(toNs))];
      context.fillRect(x0, top + height - PATH_HEIGHT - 1, Math.max(0.5, x1 - x0), PATH_HEIGHT);
    }
  }

  get #pinned(): number {
    return this.#shown.view.pinned.length;
  }

  arrows(): void {
    const context = this.#context;
    const { arrows, rows } = this.#shown;
    for (const { fromNs, toNs, fromRow, toRow, isSelected } of arrows) {
      const [a, b] = [rows[fromRow]!, rows[toRow]!];
      const [x0, x1] = [this.#x(fromNs), this.#x(toNs)];
      const [y0, y1] = [a.top + a.height / 2, b.top + b.height / 2];
      context.strokeStyle = isSelected ? this.#accent : this.#ink;
      context.fillStyle = context.strokeStyle;
      context.lineWidth = isSelected ? 1.5 : 0.75;
      context.beginPath();
      context.moveTo(x0, y0);
      const bend = Math.max(12, Math.min(60, Math.abs(x1 - x0) / 2));
      context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
      context.stroke();
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x1 - 5, y1 - 3);
      context.lineTo(x1 - 5, y1 + 3);
      context.fill();
    }
  }

  /** A frame around the row that the keyboard is at. */
  row(key: string): void {
    const row = this.#shown.rows.find((each) => each.key === key);
    if (row === undefined) return;
    const context = this.#context;
    context.strokeStyle = this.#accent;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.strokeRect(0.5, row.top + 0.5, this.#width - 1, row.height - 2);
    context.setLineDash([]);
  }

  selected(key: string, { fromNs, toNs }: Range): void {
    const context = this.#context;
    const [x0, x1] = [Math.max(-4, this.#x(fromNs)), Math.min(this.#width + 4, this.#x(toNs))];
    for (const row of this.#shown.rows) {
      if (row.key !== key) continue;
      context.strokeStyle = this.#accent;
      context.lineWidth = 2;
      context.strokeRect(x0 - 1, row.top, Math.max(2, x1 - x0 + 2), row.height - 1);
    }
  }

  measured({ fromNs, toNs }: Range): void {
    const context = this.#context;
    const [x0, x1] = [this.#x(fromNs), this.#x(toNs)];
    context.fillStyle = isDark.value ? 'rgba(255, 216, 77, 0.14)' : 'rgba(180, 0, 90, 0.09)';
    context.fillRect(x0, 0, x1 - x0, this.#height);
    context.fillStyle = this.#accent;
    context.fillRect(x0 - 0.5, 0, 1, this.#height);
    context.fillRect(x1 - 0.5, 0, 1, this.#height);
  }

  mark(ns: number): void {
    const x = this.#x(ns);
    if (x < -10 || x > this.#width + 10) return;
    const context = this.#context;
    context.fillStyle = this.#accent;
    context.fillRect(x - 0.5, 0, 1, this.#height);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x + 8, 4);
    context.lineTo(x, 8);
    context.fill();
  }
}

/** A text in so many letters. */
function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
