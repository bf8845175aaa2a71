// The drawing over the pixels: texts of spans, arrows, instants, the critical path, marks, the selected span, the measured range.

import type { Arrow } from './arrows.js';
import { type Drawing, type DrawingColours, drawingColours, fitted, LETTER } from './drawing.js';
import type { Instant } from './instants.js';
import type { LitPiece } from './pathrows.js';
import type { LabelledRow, SpanText } from './picture.js';
import { pixelOf, type Range } from './viewport.js';

/** What a picture has besides its pixels. Its rows are the pinned ones, and then the others. */
export interface PictureParts {
  readonly view: {
    readonly range: Range;
    readonly ratio: number;
    readonly isDark: boolean;
    readonly pinned: readonly string[];
  };
  /** Their tops are CSS pixels from the top of the picture. */
  readonly rows: readonly LabelledRow[];
  readonly texts: readonly SpanText[];
  readonly arrows: readonly Arrow[];
  readonly instants: readonly Instant[];
  /** The critical path, if the view has it. */
  readonly path: readonly LitPiece[];
  readonly pinnedHeight: number;
}

/** What is chosen in a picture. */
export interface Marked {
  readonly selected: (Range & { readonly key: string }) | undefined;
  readonly measured: Range | undefined;
  readonly marks: readonly number[];
  /** Key of the row that the keyboard is at; '' for none. */
  readonly currentRow: string;
}

const TEXT_SIZE = 11;
/** Height of the line of the critical path, and of a mark of an instant. */
const PATH_HEIGHT = 4;
const INSTANT = 4;

/** Draws all of it over a picture of this size. */
export function drawOverlay(
  drawing: Drawing,
  parts: PictureParts,
  marked: Marked,
  width: number,
  height: number,
): void {
  const overlay = new Overlay(drawing, parts, width, height);
  overlay.path();
  overlay.texts();
  overlay.instants();
  overlay.arrows();
  overlay.row(marked.currentRow);
  if (marked.measured !== undefined) overlay.measured(marked.measured);
  for (const ns of marked.marks) overlay.mark(ns);
  if (marked.selected !== undefined) overlay.selected(marked.selected.key, marked.selected);
}

class Overlay {
  readonly #drawing: Drawing;
  readonly #parts: PictureParts;
  readonly #width: number;
  readonly #height: number;
  readonly #colours: DrawingColours;

  constructor(drawing: Drawing, parts: PictureParts, width: number, height: number) {
    this.#drawing = drawing;
    this.#parts = parts;
    this.#width = width;
    this.#height = height;
    this.#colours = drawingColours(parts.view.isDark);
  }

  #x(ns: number): number {
    return pixelOf(this.#parts.view.range, this.#width, ns);
  }

  /** True if the middle of a row is in the picture, and not below the pinned rows. */
  #isSeen(row: number): boolean {
    const { rows, view, pinnedHeight } = this.#parts;
    const { top, height } = rows[row]!;
    const middle = top + height / 2;
    return middle <= this.#height && (row < view.pinned.length || middle >= pinnedHeight);
  }

  texts(): void {
    const { texts, rows, view } = this.#parts;
    for (const { row, from, to, text, isOnDark } of texts) {
      if (!this.#isSeen(row)) continue;
      const { top, height } = rows[row]!;
      const left = from / view.ratio + 3;
      const shown = fitted(text, to / view.ratio - left - 2, TEXT_SIZE);
      const colour = isOnDark ? '#ffffff' : '#101010';
      if (shown !== '') this.#drawing.text(left, top + height / 2, shown, { colour, size: TEXT_SIZE });
    }
  }

  /** Samples are ticks at the foot of their row, log messages triangles at its top, with their text where nothing else is. */
  instants(): void {
    const { instants, rows } = this.#parts;
    const { ink, accent, ground } = this.#colours;
    for (const { kind, row, ns, text, roomNs } of instants) {
      if (!this.#isSeen(row)) continue;
      const { top, height } = rows[row]!;
      const x = this.#x(ns);
      if (kind === 'sample') {
        this.#drawing.rect(x - 0.5, top + height - 1 - INSTANT, 1, INSTANT, ink);
        continue;
      }
      this.#drawing.triangle([x - INSTANT, top, x + INSTANT, top, x, top + INSTANT + 2], accent);
      const shown = fitted(text, this.#x(ns + roomNs) - x - 2 * INSTANT, TEXT_SIZE - 1);
      if (shown === '') continue;
      const y = top + height / 2;
      const length = shown.length * (TEXT_SIZE - 1) * LETTER;
      this.#drawing.rect(x + INSTANT + 1, y - 6, length + 4, 12, ground);
      this.#drawing.text(x + INSTANT + 3, y, shown, { colour: ink, size: TEXT_SIZE - 1 });
    }
  }

  arrows(): void {
    const { arrows, rows } = this.#parts;
    for (const { fromNs, toNs, fromRow, toRow, isSelected } of arrows) {
      const [a, b] = [rows[fromRow]!, rows[toRow]!];
      const [x0, x1] = [this.#x(fromNs), this.#x(toNs)];
      const [y0, y1] = [a.top + a.height / 2, b.top + b.height / 2];
      const colour = isSelected ? this.#colours.accent : this.#colours.ink;
      const bend = Math.max(12, Math.min(60, Math.abs(x1 - x0) / 2));
      this.#drawing.curve(x0, y0, x1, y1, bend, colour, isSelected ? 1.5 : 0.75);
      this.#drawing.triangle([x1, y1, x1 - 5, y1 - 3, x1 - 5, y1 + 3], colour);
    }
  }

  /** The critical path: a line below what is on it. */
  path(): void {
    const { path, rows } = this.#parts;
    for (const { row, fromNs, toNs } of path) {
      const { top, height } = rows[row]!;
      const [x0, x1] = [Math.max(0, this.#x(fromNs)), Math.min(this.#width, this.#x(toNs))];
      const y = top + height - PATH_HEIGHT - 1;
      this.#drawing.rect(x0, y, Math.max(0.5, x1 - x0), PATH_HEIGHT, this.#colours.accent);
    }
  }

  /** A frame around the row that the keyboard is at. */
  row(key: string): void {
    const row = this.#parts.rows.find((each) => each.key === key);
    if (row === undefined) return;
    this.#drawing.frame(0.5, row.top + 0.5, this.#width - 1, row.height - 2, this.#colours.accent, 1, 4);
  }

  selected(key: string, { fromNs, toNs }: Range): void {
    const [x0, x1] = [Math.max(-4, this.#x(fromNs)), Math.min(this.#width + 4, this.#x(toNs))];
    for (const row of this.#parts.rows) {
      if (row.key !== key) continue;
      this.#drawing.frame(x0 - 1, row.top, Math.max(2, x1 - x0 + 2), row.height - 1, this.#colours.accent, 2);
    }
  }

  measured({ fromNs, toNs }: Range): void {
    const [x0, x1] = [this.#x(fromNs), this.#x(toNs)];
    const { measured, accent } = this.#colours;
    this.#drawing.rect(x0, 0, x1 - x0, this.#height, measured);
    this.#drawing.rect(x0 - 0.5, 0, 1, this.#height, accent);
    this.#drawing.rect(x1 - 0.5, 0, 1, this.#height, accent);
  }

  mark(ns: number): void {
    const x = this.#x(ns);
    if (x < -10 || x > this.#width + 10) return;
    this.#drawing.rect(x - 0.5, 0, 1, this.#height, this.#colours.accent);
    this.#drawing.triangle([x, 0, x + 8, 4, x, 8], this.#colours.accent);
  }
}
