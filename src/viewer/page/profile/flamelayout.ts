// The layout of a flame graph in so many pixels, as numbers alone: where each frame is, and which one is next to it.

import type { FlameData } from '../../server/data.js';

/** A frame that is drawn. */
export interface Placed {
  /** Index in the columns of the flame graph. */
  readonly frame: number;
  /** In pixels from the left. */
  readonly x: number;
  readonly width: number;
  /** Calls from the root: the row that it is in. */
  readonly row: number;
  /** Whether it is a caller of the frame that fills the graph, drawn so that one can return to it. */
  readonly isCaller: boolean;
}

/** Pixels: a frame that is narrower is not drawn. Fewer could not be pointed at. */
const NARROWEST = 1;

/** The frames to draw when `zoom` fills `width` pixels: its callers, itself and what it calls. */
export function placeFrames({ frames }: FlameData, zoom: number, width: number): Placed[] {
  const { parent, depth, start, weight } = frames;
  const callers: Placed[] = [];
  for (let at = parent[zoom]!; at >= 0; at = parent[at]!) {
    callers.push({ frame: at, x: 0, width, row: depth[at]!, isCaller: true });
  }
  const scale = weight[zoom]! === 0 ? 0 : width / weight[zoom]!;
  const shown: Placed[] = [{ frame: zoom, x: 0, width, row: depth[zoom]!, isCaller: false }];
  // The callees of a frame follow it, up to the next frame that is as near to the root.
  for (let at = zoom + 1; at < depth.length && depth[at]! > depth[zoom]!; at++) {
    const pixels = weight[at]! * scale;
    if (pixels < NARROWEST) continue;
    shown.push({ frame: at, x: (start[at]! - start[zoom]!) * scale, width: pixels, row: depth[at]!, isCaller: false });
  }
  return [...callers.reverse(), ...shown];
}

/** Directions in a flame graph: `out` is away from the root. */
export type Way = 'out' | 'in' | 'left' | 'right';

/** The index of the frame that an arrow key leads to from the one at `at`, or undefined if there is none. */
export function neighbour(all: readonly Placed[], at: number, way: Way): number | undefined {
  const from = all[at]!;
  const rows = { out: from.row + 1, in: from.row - 1, left: from.row, right: from.row };
  let best: number | undefined;
  let least = Infinity;
  for (const [k, placed] of all.entries()) {
    if (placed.row !== rows[way] || k === at) continue;
    const distance = distanceTo(from, placed, way);
    if (distance < least) [best, least] = [k, distance];
  }
  return best;
}

/** How far `to` is in this direction, which leads to its row; Infinity if it is not there. Of callees the widest is nearest. */
function distanceTo(from: Placed, to: Placed, way: Way): number {
  const middle = from.x + from.width / 2;
  const away = to.x + to.width / 2 - middle;
  switch (way) {
    case 'left':
      return away < 0 ? -away : Infinity;
    case 'right':
      return away > 0 ? away : Infinity;
    case 'in':
      return to.x <= middle && to.x + to.width >= middle ? Math.abs(away) : Infinity;
    case 'out': // a pixel more on each side, because widths are rounded
      return to.x >= from.x - 1 && to.x + to.width <= from.x + from.width + 1 ? -to.width : Infinity;
  }
}
