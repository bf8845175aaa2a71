// Where the frames of a flame graph stand in a row of so many pixels, as numbers alone.

import type { FlameData } from '../../server/data.js';

/** A frame that is drawn. */
export interface Placed {
  /** Place in the columns of the flame graph. */
  readonly frame: number;
  /** In pixels from the left. */
  readonly x: number;
  readonly width: number;
  /** Calls from the root: the row that it is in. */
  readonly row: number;
  /** Whether it calls the frame that fills the graph, and is shown to find back. */
  readonly passed: boolean;
}

/** What is narrower than this many pixels is not drawn. */
const NARROWEST = 1;

/** The frames to draw when `zoom` fills `width` pixels: its callers, itself and what it calls. */
export function placed({ frames }: FlameData, zoom: number, width: number): Placed[] {
  const { parent, depth, start, weight } = frames;
  const callers: Placed[] = [];
  for (let at = parent[zoom]!; at >= 0; at = parent[at]!) {
    callers.push({ frame: at, x: 0, width, row: depth[at]!, passed: true });
  }
  const scale = weight[zoom]! === 0 ? 0 : width / weight[zoom]!;
  const shown: Placed[] = [{ frame: zoom, x: 0, width, row: depth[zoom]!, passed: false }];
  // What a frame calls follows it, up to the next one that is as near to the root.
  for (let at = zoom + 1; at < depth.length && depth[at]! > depth[zoom]!; at++) {
    const pixels = weight[at]! * scale;
    if (pixels < NARROWEST) continue;
    shown.push({ frame: at, x: (start[at]! - start[zoom]!) * scale, width: pixels, row: depth[at]!, passed: false });
  }
  return [...callers.reverse(), ...shown];
}

/** The frame that an arrow key leads to among those drawn, or undefined if there is none. */
export function neighbour(
  all: readonly Placed[],
  at: number,
  key: 'out' | 'in' | 'left' | 'right',
): number | undefined {
  const from = all[at]!;
  const middle = from.x + from.width / 2;
  const rows = { out: from.row + 1, in: from.row - 1, left: from.row, right: from.row };
  let best: number | undefined;
  let least = Infinity;
  for (const [k, { x, width, row }] of all.entries()) {
    if (row !== rows[key] || k === at) continue;
    const away = x + width / 2 - middle;
    if (key === 'left' ? away >= 0 : key === 'right' ? away <= 0 : false) continue;
    // Callers and callees stand over each other, so that the widest callee is the one that is meant.
    const distance =
      key === 'out' ? (x >= from.x - 1 && x + width <= from.x + from.width + 1 ? -width : Infinity) : Math.abs(away);
    const isOver = key !== 'in' || (x <= middle && x + width >= middle);
    if (isOver && distance < least) [best, least] = [k, distance];
  }
  return best;
}
