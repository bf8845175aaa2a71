// The drawing interface of the time line: what is drawn over and around the pixels, on a canvas of the page or as SVG. Coordinates and
// sizes are CSS pixels; colours are those of CSS.

/** Where a text stands: its left end, its middle or its right end is at its point. */
export type Anchor = 'start' | 'middle' | 'end';

export interface TextStyle {
  readonly colour: string;
  readonly size: number;
  readonly anchor?: Anchor;
  readonly isBold?: boolean;
}

/** Something to draw on. What is drawn later is on top. */
export interface Drawing {
  /** Fills a rectangle. */
  rect(x: number, y: number, width: number, height: number, colour: string): void;
  /** Draws the edge of a rectangle, dashed if `dash` is over 0. */
  frame(x: number, y: number, width: number, height: number, colour: string, line: number, dash?: number): void;
  /** Draws a curve from one point to another one, which leaves and arrives horizontally, bent over `bend`. */
  curve(x0: number, y0: number, x1: number, y1: number, bend: number, colour: string, line: number): void;
  /** Fills a triangle. @param points x and y of its corners */
  triangle(points: readonly [number, number, number, number, number, number], colour: string): void;
  /** Writes a line of text, whose middle is at height y. */
  text(x: number, y: number, text: string, style: TextStyle): void;
  /** Draws in a part: its left upper corner is 0, 0, and nothing is drawn outside of it. */
  part(x: number, y: number, width: number, height: number, draw: (inside: Drawing) => void): void;
}

/** Colours of what is drawn, as CSS has them; those that the page has too are the same there. */
export interface DrawingColours {
  readonly ground: string;
  /** The ground of heads. */
  readonly raised: string;
  readonly line: string;
  readonly ink: string;
  readonly faint: string;
  /** Of what is selected, measured or marked. */
  readonly accent: string;
  readonly measured: string;
}

const light: DrawingColours = {
  ground: '#ffffff',
  raised: '#f3f4f6',
  line: '#d0d4da',
  ink: '#1b1b1b',
  faint: '#565c66',
  accent: '#b4005a',
  measured: 'rgba(180, 0, 90, 0.09)',
};
const dark: DrawingColours = {
  ground: '#16181d',
  raised: '#22252c',
  line: '#3a3f49',
  ink: '#ececec',
  faint: '#b3b7be',
  accent: '#ffd84d',
  measured: 'rgba(255, 216, 77, 0.14)',
};

export function drawingColours(isDark: boolean): DrawingColours {
  return isDark ? dark : light;
}

/** The font of texts in the time line, and the width of a letter as a share of its size. */
export const FONT = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace';
export const LETTER = 0.605;

/** A text in a width: shortened if it is longer, '' if there is no room for two letters. */
export function fitted(text: string, width: number, size: number): string {
  const letters = Math.floor(width / (LETTER * size));
  if (letters < 2) return text.length === letters ? text : '';
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
