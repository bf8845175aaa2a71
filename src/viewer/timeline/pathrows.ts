// The critical path in the picture: on which rows it is, and from which pixel to which.

import { firstAbove } from '../../lib/ascending.js';
import type { CriticalPath } from '../../trace/analysis/criticalpath.js';
import type { PlacedRow } from './rows.js';
import { nsPerPixel, type Range } from './viewport.js';

/** Pieces of the path on a row of the picture, one after the other. */
export interface LitPiece {
  /** Place of the row in the picture. */
  readonly row: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** What is apart by less than this share of a pixel is one piece. */
const APART = 0.5;

/** The pieces of the path on the rows of Ps and goroutines in the picture. */
export function litPieces(path: CriticalPath, rows: readonly PlacedRow[], range: Range, width: number): LitPiece[] {
  // A path may have millions of pieces: no text is made for one.
  const ofProc: number[] = [];
  const ofGoroutine = new Map<number, number>();
  for (const [place, { kind, n }] of rows.entries()) {
    if (kind === 'proc') ofProc[n] ??= place;
    if (kind === 'goroutine' && !ofGoroutine.has(n)) ofGoroutine.set(n, place);
  }
  const apartNs = APART * nsPerPixel(range, width);
  const list: LitPiece[] = [];
  /** By place of a row: the piece that is not in the list yet. */
  const open = new Map<number, { row: number; fromNs: number; toNs: number }>();
  const light = (row: number | undefined, fromNs: number, toNs: number) => {
    if (row === undefined) return;
    const last = open.get(row);
    if (last !== undefined && fromNs - last.toNs <= apartNs) {
      last.toNs = toNs;
      return;
    }
    if (last !== undefined) list.push(last);
    open.set(row, { row, fromNs, toNs });
  };
  const { length, fromNs, g, p } = path;
  for (let k = Math.max(0, firstAbove(fromNs, range.fromNs, 0, length) - 1); k < length; k++) {
    if (fromNs[k]! > range.toNs) break;
    light(ofProc[p[k]!], fromNs[k]!, fromNs[k + 1]!);
    if (ofGoroutine.size > 0) light(ofGoroutine.get(g[k]!), fromNs[k]!, fromNs[k + 1]!);
  }
  return [...list, ...open.values()];
}
